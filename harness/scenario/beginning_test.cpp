// Lines that bring about what can be so from the beginning go; others stay.
#include "scenario/beginning.hpp"

#include <gtest/gtest.h>

#include "scenario/script_text.hpp"

namespace mailrig::scenario::beginning_test {

namespace {

script read(std::string const& text) {
  auto s = read_script("title x\nproves RFC3501-2.2.2-03\n" + text, "x.scn", "x");
  EXPECT_TRUE(s);
  return *s;
}

}  // namespace

TEST(Beginning, ASessionBeginsLoggedInThenWithInboxOpen) {
  auto s = read("sessions a=imap/closed\na: login\na> SELECT INBOX\na< * 0 EXISTS\na< OK\na> NOOP\na< OK\n");
  EXPECT_TRUE(begin_later(s, 0));
  EXPECT_EQ(s.sessions[0].state, start_state::authenticated);
  EXPECT_TRUE(begin_later(s, 0));
  EXPECT_EQ(s.sessions[0].state, start_state::selected);
  EXPECT_FALSE(begin_later(s, 0));
  auto const text = script_text(without_idle_sessions(s));
  EXPECT_NE(text.find("RFC3501-2.2.2-03\n\nclient> NOOP\nclient< OK\n"), std::string::npos) << text;
}

TEST(Beginning, OtherFirstLinesStay) {
  auto s = read("sessions a=imap/authenticated\na> SELECT $box\na< OK\n");
  EXPECT_FALSE(begin_later(s, 0));
  s = read("sessions a=imap/closed\na: connect\na: login\n");
  EXPECT_FALSE(begin_later(s, 0));
}

TEST(Beginning, AMessageLiesThere) {
  auto t = read(
      "sessions a\na> APPEND INBOX (\\Seen \\Draft) {mail plain}\na< OK\na> APPEND INBOX {text \"x\"}\na< OK\n"
      "a> APPEND INBOX (\\Seen) \"05-Jan-2026 10:00:00 +0000\" {mail plain}\na< OK\n");
  EXPECT_FALSE(lie_there(t, 2));
  EXPECT_TRUE(lie_there(t, 4));
  ASSERT_EQ(t.mail.size(), 1u);
  EXPECT_EQ(t.mail[0].date, "05-Jan-2026 10:00:00 +0000");
  t.mail.clear();
  EXPECT_TRUE(lie_there(t, 0));
  ASSERT_EQ(t.mail.size(), 1u);
  EXPECT_EQ(t.mail[0].name, "plain");
  EXPECT_EQ(t.mail[0].flags, (std::vector<std::string>{"\\Seen", "\\Draft"}));
  EXPECT_EQ(t.mail[0].date, "");
  EXPECT_EQ(t.operations.size(), 2u);
}

}  // namespace mailrig::scenario::beginning_test
