// refused_numbers_test: numbers, times and nestings that no scenario may have.
#include <gtest/gtest.h>

#include "scenario/script.hpp"

namespace mailrig::scenario::refused_numbers_test {

namespace {

/// What is wrong with a conversation; empty where nothing is.
std::string wrong(std::string const& lines, std::string const& header = {}) {
  auto const s = scenario::read_script(
      "title x\nproves RFC3501-6.1.2-01\n" + header + "sessions laptop\nlaptop> NOOP\n" + lines + "\n", "x.scn", "x");
  return s ? "" : s.error().text;
}

}  // namespace

TEST(RefusedNumbers, AreTold) {
  EXPECT_EQ(wrong("laptop< OK"), "");
  EXPECT_NE(wrong("laptop< OK\npause nans").find("pause takes a time"), std::string::npos);
  EXPECT_NE(wrong("laptop< OK\npause -1s").find("pause takes a time"), std::string::npos);
  EXPECT_NE(wrong("laptop< within 1000h OK").find("up to 10m"), std::string::npos);
  EXPECT_NE(wrong("laptop< within infs OK").find("up to 10m"), std::string::npos);
  EXPECT_NE(wrong("laptop: explore search 18446744073709551615").find("up to 100000"), std::string::npos);
  EXPECT_NE(wrong("laptop: raw \"\\xZZ\"").find("two hexadecimal digits"), std::string::npos);
  EXPECT_NE(wrong("laptop> NOOP {text \"\\x>c\"}").find("two hexadecimal digits"), std::string::npos);
  EXPECT_NE(wrong("laptop< OK", "mail plain x 100001\n").find("from 1 to 100000"), std::string::npos);
}

TEST(RefusedNumbers, NestingAndStrayBracketsAreTold) {
  EXPECT_NE(wrong("laptop< * 1 FETCH (a])").find("']' without its beginning"), std::string::npos);
  EXPECT_NE(wrong("laptop< * 1 FETCH (BODY] x)"), "");
  EXPECT_NE(wrong("laptop< * 1 FETCH " + std::string(20000, '(')).find("lists within"), std::string::npos);
}

TEST(RefusedNumbers, OfTimes) {
  for (auto const* bad : {"nans", "infs", "-1s", "1e300d", "400d", "", "s", "1e999s", "50s28m", "1m1m", "1m5", "1h-3s"})
    EXPECT_FALSE(base::read_duration(bad)) << bad;
  EXPECT_EQ(base::read_duration("1.5m"), std::chrono::seconds(90));
  EXPECT_EQ(base::read_duration("28m50s"), std::chrono::seconds(28 * 60 + 50));
}

}  // namespace mailrig::scenario::refused_numbers_test
