#include "base/text.hpp"

#include <gtest/gtest.h>

namespace mailrig::base::text_test {

TEST(Text, GlobMatchesRunsAndSingles) {
  EXPECT_TRUE(glob("imap/*/7.4.1*", "imap/rfc3501/7.4.1-expunge/x"));
  EXPECT_TRUE(glob("a?c", "abc"));
  EXPECT_TRUE(glob("*", ""));
  EXPECT_FALSE(glob("a?c", "ac"));
  EXPECT_FALSE(glob("imap/*x", "imap/y"));
  EXPECT_FALSE(glob("*a*a*a*a*a*a*b", std::string(4000, 'a')));
}

TEST(Text, NumberTakesDigitsOnly) {
  EXPECT_EQ(number("042"), 42u);
  EXPECT_EQ(number("18446744073709551615"), 18446744073709551615ULL);
  EXPECT_FALSE(number(""));
  EXPECT_FALSE(number("-1"));
  EXPECT_FALSE(number("1x"));
  EXPECT_FALSE(number("18446744073709551616"));
}

TEST(Text, ExcerptPutsTheCaretUnderTheOctet) {
  auto const e = around("* 1 FETCH \r\x80 end", 11, 4);
  EXPECT_EQ(e.text, "...CH \\r\\x80 en...");
  EXPECT_EQ(e.text.substr(e.caret, 4), "\\x80");
  EXPECT_EQ(around("abc", 99).caret, 3u);
}

TEST(Text, WordsAndSplit) {
  EXPECT_EQ(words("  a \t bc "), (std::vector<std::string_view>{"a", "bc"}));
  EXPECT_EQ(split("a,,b", ',').size(), 3u);
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(single_spaced("\ta  b\r\n c "), " a b c ");
  EXPECT_TRUE(istarts_with("INBOX.x", "inbox"));
  EXPECT_EQ(edit_distance("expunge", "EXPNUGE"), 2u);
}

}  // namespace mailrig::base::text_test
