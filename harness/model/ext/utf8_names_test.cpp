// utf8_names_test: a mailbox has one name, whether a session knows it in UTF-8 or in modified UTF-7.
#include "model/ext/utf8_names.hpp"

#include <gtest/gtest.h>

#include "model/imap_session.hpp"

namespace mailrig::model::utf8_names_test {
namespace {

std::string named(std::string const& line, std::size_t argument) {
  auto c = wire::imap::read_command("t " + line + "\r\n");
  names_in_utf7(c);
  return std::string(c.arg(argument));
}

TEST(utf8_names, commands) {
  EXPECT_EQ(named("CREATE \"\xC3\xA4\"", 0), "&AOQ-");
  EXPECT_EQ(named("RENAME {2+}\r\n\xC3\xA4 R&D", 0), "&AOQ-");
  EXPECT_EQ(named("RENAME {2+}\r\n\xC3\xA4 R&D", 1), "R&-D");
  EXPECT_EQ(named("UID COPY 1:2 \"\xC3\xA4\"", 1), "&AOQ-");
  // Patterns stay as they are, and so does what is no UTF-8.
  EXPECT_EQ(named("LIST \"\" \"\xC3\xA4*\"", 1), "\xC3\xA4*");
  EXPECT_EQ(named("SELECT \"\xC3\"", 0), "\xC3");
}

TEST(utf8_names, responses) {
  imap_session s;
  EXPECT_EQ(told_mailbox(s, "inbox"), "INBOX");
  EXPECT_EQ(told_mailbox(s, "R&-D"), "R&-D");
  s.syntax.utf8 = true;
  EXPECT_EQ(told_mailbox(s, "inbox"), "INBOX");
  EXPECT_EQ(told_mailbox(s, "R&D"), "R&-D");
  EXPECT_EQ(told_mailbox(s, "\xC3\xA4"), "&AOQ-");
}

TEST(utf8_names, headers) {
  EXPECT_TRUE(begins_wide("S: \xC3\xA4\r\n\r\nx"));
  EXPECT_FALSE(begins_wide("S: x\r\n\r\n\xC3\xA4"));
  EXPECT_FALSE(begins_wide("\r\n\xC3\xA4"));
}

}  // namespace
}  // namespace mailrig::model::utf8_names_test
