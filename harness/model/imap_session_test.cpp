// imap_session_test: by which name a mailbox goes, whoever says it, and which revision a session speaks.
#include "model/imap_session.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::imap_session_test {
namespace {

TEST(CanonicalMailbox, SessionsOfBothRevisionsSpeakOfTheSame) {
  struct {
    char const *said, *known;
  } const table[] = {{"inbox", "INBOX"},
                     {"plain", "plain"},
                     {"caf\xC3\xA9", "caf&AOk-"},
                     {"caf&AOk-", "caf&AOk-"},
                     {"a&b", "a&-b"},
                     {"a&-b", "a&-b"},
                     {"\xC3", "\xC3"},
                     {"R&D caf\xC3\xA9", "R&-D caf&AOk-"}};
  for (auto const& row : table) EXPECT_EQ(canonical_mailbox(row.said), row.known) << row.said;
}

/// A session that was told so, without commands.
imap_session told(std::initializer_list<std::string_view> responses) {
  imap_session s;
  for (auto const text : responses) {
    wire::imap::response r;
    wire::imap::read(text, r, s.syntax);
    EXPECT_FALSE(r.violation) << text;
    s.told(r, nullptr);
  }
  return s;
}

TEST(ImapSession, SpeaksTheRevisionThatIsEnabledOrAlone) {
  EXPECT_FALSE(told({"* CAPABILITY IMAP4rev1 IMAP4rev2\r\n"}).rev2);
  EXPECT_TRUE(told({"* CAPABILITY IMAP4rev2 IDLE\r\n"}).rev2);
  EXPECT_TRUE(told({"* CAPABILITY IMAP4rev1 IMAP4rev2\r\n", "* ENABLED IMAP4rev2\r\n"}).rev2);
  EXPECT_TRUE(told({"* ENABLED IMAP4rev2\r\n", "* CAPABILITY IMAP4rev1 IMAP4rev2\r\n"}).rev2);
  EXPECT_FALSE(told({"* ENABLED UTF8=ACCEPT\r\n"}).rev2);
  EXPECT_TRUE(told({"* ENABLED UTF8=ACCEPT\r\n"}).syntax.utf8);
}

}  // namespace
}  // namespace mailrig::model::imap_session_test
