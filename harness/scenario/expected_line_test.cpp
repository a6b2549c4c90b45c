// expected_line_test: what a line that waits for something asks for, and where a mistake in it is.
#include "scenario/expected_line.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::expected_line_test {
namespace {

constexpr auto imap = history::protocol::imap;

TEST(ExpectedLine, SaysHowAndForHowLong) {
  auto const quiet = read_expected_line("within 2s ! * 1 EXPUNGE", imap);
  ASSERT_TRUE(quiet) << quiet.error().text;
  EXPECT_EQ(quiet->within, std::chrono::seconds(2));
  EXPECT_EQ(quiet->what.how, expectation::mode::forbidden);
  EXPECT_EQ(quiet->what.text, "! * 1 EXPUNGE");
  ASSERT_EQ(quiet->what.alternatives.size(), 1u);
  auto const only = read_expected_line("only", imap);
  ASSERT_TRUE(only);
  EXPECT_TRUE(only->only && only->what.alternatives.empty());
  auto const trait = read_expected_line("trait shape: OK = well | end NO = not", imap);
  ASSERT_TRUE(trait) << trait.error().text;
  EXPECT_EQ(trait->what.trait, "shape");
  EXPECT_EQ(trait->what.labels, (std::vector<std::string>{"well", "not"}));
  EXPECT_EQ(trait->what.ends, (std::vector<bool>{false, true}));
}

TEST(ExpectedLine, AMistakeHasItsPlace) {
  auto const place = [](std::string_view text) {
    auto const read = read_expected_line(text, imap);
    return read ? text.size() : read.error().offset;
  };
  EXPECT_EQ(place("within long ! OK"), 7u);
  EXPECT_EQ(place("trait shape OK"), 0u);
  EXPECT_EQ(place("trait x: OK = a | NO"), 18u);
  EXPECT_EQ(place("! end OK"), 6u);
  EXPECT_EQ(place("OK |  | NO"), 0u);
}

}  // namespace
}  // namespace mailrig::scenario::expected_line_test
