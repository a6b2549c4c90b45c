#include "record/imaptest_words.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::imaptest_words_test {

TEST(ImaptestWords, VariablesOfScriptsAreTheLanguages) {
  EXPECT_EQ(in_our_words("select $mailbox", false).text, "select $box");
  EXPECT_EQ(in_our_words("* $1 fetch (uid $uid1)", true).text, "* @1 fetch (uid $uid1)");
  EXPECT_EQ(in_our_words("list \"\" ${mailbox}sub", false).text, "list \"\" ${box}sub");
  EXPECT_EQ(in_our_words("store 1 +flags $$forwarded", false).text, "store 1 +flags $Forwarded");
  EXPECT_EQ(in_our_words("$n of 5 $", true).text, "$n of 5 _");
}

TEST(ImaptestWords, WhatHasNoMatchIsNamed) {
  auto const counted = in_our_words("* esearch (tag $tag) all $3", true);
  EXPECT_EQ(counted.text, "* esearch (tag _) all _");
  EXPECT_EQ(counted.lost, "$3");
  EXPECT_EQ(in_our_words("flags ($!unordered)", true).text, "flags (...)");
  EXPECT_EQ(in_our_words("flags ($!ban \\Seen)", true).lost, "$!ban");
  EXPECT_EQ(in_our_words("noop", false).lost, "");
}

}  // namespace mailrig::record::imaptest_words_test
