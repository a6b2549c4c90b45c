// session_word_test: sessions as scenarios declare them, and where a declaration is wrong.
#include "scenario/session_word.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::session_word_test {

TEST(SessionWord, IsNameProtocolUserAndState) {
  auto const plain = read_session("laptop");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->name, "laptop");
  EXPECT_EQ(plain->user, 1u);
  EXPECT_FALSE(plain->state);
  auto const other = read_session("mallory=pop3@2/authorization");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->proto, mailrig::history::protocol::pop3);
  EXPECT_EQ(other->user, 2u);
  EXPECT_EQ(other->state, start_state::greeting);
}

TEST(SessionWord, NamesAnEndpointBehindItsOwnName) {
  struct {
    char const *word, *name, *endpoint;
    std::size_t user;
  } const table[] = {{"laptop", "laptop", "", 1},
                     {"laptop@a", "laptop", "a", 1},
                     {"phone@north-1=imap/selected", "phone", "north-1", 1},
                     {"mallory@b=imap@2/greeting", "mallory", "b", 2}};
  for (auto const& t : table) {
    auto const s = read_session(t.word);
    ASSERT_TRUE(s) << t.word;
    EXPECT_EQ(s->name, t.name);
    EXPECT_EQ(s->endpoint, t.endpoint);
    EXPECT_EQ(s->user, t.user);
  }
}

TEST(SessionWord, SaysWhereItIsWrong) {
  for (auto const& [word, offset] :
       {std::pair("a=smtp", 2u), std::pair("a=imap@3", 6u), std::pair("a=imap/nowhere", 7u), std::pair("a=", 2u),
        std::pair("a@", 1u), std::pair("@a", 0u), std::pair("a@b@c", 1u), std::pair("a@b/selected", 1u)}) {
    auto const s = read_session(word);
    ASSERT_FALSE(s) << word;
    EXPECT_EQ(s.error().offset, offset) << word;
  }
}

}  // namespace mailrig::scenario::session_word_test
