// declarations_test: mail and sessions of a scenario's head, and where their mistakes are.
#include "scenario/declarations.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::declarations_test {
namespace {

TEST(Declarations, MailHasCopiesAndFlags) {
  auto const all = read_mail_words("plain x 4 tiny (\\Seen \\Flagged) size-100 ()");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3u);
  EXPECT_EQ((*all)[0].copies, 4u);
  EXPECT_EQ((*all)[1].flags, (std::vector<std::string>{"\\Seen", "\\Flagged"}));
  EXPECT_TRUE((*all)[2].flags.empty());
  EXPECT_EQ(read_mail_words("plain x none").error().offset, 8u);
  EXPECT_EQ(read_mail_words("plain (\\Seen").error().offset, 6u);
}

TEST(Declarations, SessionsHaveProtocolAndState) {
  auto const all = read_session_words("a b=pop3 c=imap/greeting");
  ASSERT_TRUE(all);
  EXPECT_EQ((*all)[1].proto, history::protocol::pop3);
  EXPECT_EQ((*all)[2].state, start_state::greeting);
  EXPECT_EQ(read_session_words("a a").error().offset, 2u);
  EXPECT_EQ(read_session_words("a=smtp").error().offset, 2u);
  EXPECT_EQ(read_session_words("a=imap/late").error().offset, 7u);
}

}  // namespace
}  // namespace mailrig::scenario::declarations_test
