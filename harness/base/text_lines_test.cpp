// text_lines_test: whatever an editor makes of line ends, the same lines come out; what is no text is told.
#include "base/text_lines.hpp"

#include <gtest/gtest.h>

namespace mailrig::base::text_lines_test {
namespace {

std::vector<std::string> texts(std::string_view text) {
  std::vector<std::string> out;
  for (auto const& l : lines_of(text).value()) out.push_back(std::to_string(l.number) + std::string(l.text));
  return out;
}

TEST(TextLines, LineEndsAndByteOrderMarksMakeNoDifference) {
  std::vector<std::string> const two{"1a", "2", "3b"};
  for (auto const* text : {"a\n\nb\n", "a\n\nb", "a\r\n\r\nb\r\n", "a\r\n\r\nb",
                           "\xef\xbb\xbf"
                           "a\r\n\nb\n"})
    EXPECT_EQ(texts(text), two) << text;
  EXPECT_TRUE(texts("").empty());
  EXPECT_TRUE(texts("\xef\xbb\xbf").empty());
}

TEST(TextLines, WhatIsNoTextIsToldWithItsLine) {
  using namespace std::string_view_literals;
  for (auto const& [text, line] : {std::pair("\xff\xfe"
                                             "a\0"sv,
                                             1u),
                                   {"a\nb\0c\n"sv, 2u},
                                   {"a\rb\r"sv, 1u},
                                   {"a\n\nb\rc\n"sv, 3u}}) {
    auto const read = lines_of(text);
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().offset, line);
  }
}

}  // namespace
}  // namespace mailrig::base::text_lines_test
