#include "base/shell_word.hpp"

#include <gtest/gtest.h>

namespace mailrig::base::shell_word_test {

using mailrig::base::shell_word;

TEST(ShellWord, PlainWordsStandAsTheyAre) {
  EXPECT_EQ(shell_word("imap/rfc3501/6.4.4-search/keys~octets"), "imap/rfc3501/6.4.4-search/keys~octets");
  EXPECT_EQ(shell_word("./a.scn"), "./a.scn");
}

TEST(ShellWord, WhatAShellWouldChangeIsQuoted) {
  EXPECT_EQ(shell_word("my case.scn"), "'my case.scn'");
  EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
  EXPECT_EQ(shell_word("a*b"), "'a*b'");
  EXPECT_EQ(shell_word("~/a"), "'~/a'");
  EXPECT_EQ(shell_word("$(id)"), "'$(id)'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace mailrig::base::shell_word_test
