// Commands of James' scripts, whole and as the grammar has them.
#include "record/james_commands.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::james_commands_test {
namespace {

TEST(james_commands, literals_are_what_the_next_lines_hold) {
  std::string const script = "# a word\nS: \\+ Ok\nC: one\nC: two)\nS: a OK\n";
  auto const lines = lines_of(script);
  std::size_t at = 0;
  EXPECT_EQ(whole_command(lines, at, "a X ({8}").text, "a X ({8}\r\none\r\ntwo)");
  EXPECT_EQ(lines[at].text, "S: a OK");
  at = 0;
  auto const cut = whole_command(lines, at, "a X {99}");
  EXPECT_EQ(cut.text, "a X {11}\r\none\r\ntwo)\r\n");
  EXPECT_EQ(cut.short_of, "the literal has 11 octets, not 99: sent as it is");
}

TEST(james_commands, the_line_end_behind_a_literal_is_the_commands) {
  std::string const script = "C: one\nC:\nC: b NOOP\n";
  auto const lines = lines_of(script);
  std::size_t at = 0;
  EXPECT_EQ(whole_command(lines, at, "a APPEND x {5+}").text, "a APPEND x {5+}\r\none\r\n");
  EXPECT_EQ(lines[at].text, "C: b NOOP");
}

TEST(james_commands, what_is_lenient_there_is_mended_where_it_can_be) {
  EXPECT_EQ(mended("a STORE 1  FLAGS (\\Seen)"), "a STORE 1 FLAGS (\\Seen)");
  EXPECT_EQ(mended("a STATUS x ( MESSAGES  )"), "a STATUS x (MESSAGES)");
  EXPECT_EQ(mended("a FETCH 1 (ALL)"), "a FETCH 1 ALL");
  EXPECT_EQ(mended("a SEARCH SUBJECT \"a  b\""), "a SEARCH SUBJECT \"a  b\"");
  EXPECT_FALSE(mended("a FETCH 1 ()"));
}

TEST(james_commands, the_account_is_the_targets) {
  EXPECT_EQ(with_account("a LOGIN imapuser password"), "a LOGIN $user $password");
  EXPECT_EQ(with_account("a LOGIN imapuser@domain password"), "a LOGIN $user $password");
  EXPECT_EQ(with_account("a LOGIN imapuser wrong"), "a LOGIN $user wrong");
  EXPECT_EQ(with_account("a LOGIN other password"), "a LOGIN other password");
}

}  // namespace
}  // namespace mailrig::record::james_commands_test
