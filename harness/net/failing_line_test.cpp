#include "net/failing_line.hpp"

#include <gtest/gtest.h>

namespace mailrig::net::failing_line_test {
namespace {

using namespace std::chrono_literals;
using passage = failing_line::passage;

TEST(FailingLine, OneThatDoesNotFailCarriesAll) {
  failing_line l({}, 0s, 1);
  EXPECT_EQ(l.sends(100h), passage::through);
  EXPECT_TRUE(l.hears(300h));
}

TEST(FailingLine, ForgetsWhoIsSilentAndNobodyElse) {
  failing_line l({.forget_idle = 5min}, 0s, 1);
  EXPECT_EQ(l.sends(4min), passage::through);
  EXPECT_TRUE(l.hears(8min));
  EXPECT_EQ(l.sends(12min), passage::through);
  EXPECT_FALSE(l.hears(17min));
  EXPECT_FALSE(l.is_dark());
  EXPECT_EQ(l.sends(17min), passage::lost);
  EXPECT_TRUE(l.is_dark());
  EXPECT_EQ(l.sends(17min), passage::lost);
}

TEST(FailingLine, MayAnswerByAReset) {
  failing_line l({.forget_idle = 5min, .forgets_by_reset = true}, 0s, 1);
  EXPECT_EQ(l.sends(5min), passage::reset);
  EXPECT_EQ(l.sends(5min), passage::lost);
  EXPECT_FALSE(l.hears(5min));
}

TEST(FailingLine, GoesDarkAsOftenAndAsSoonAsItIsSaid) {
  unsigned dark = 0, within_the_mean = 0;
  for (std::uint64_t seed = 0; seed < 10'000; ++seed) {
    failing_line l({.blackhole = 0.25, .blackhole_after = 1min}, 0s, seed), again = l;
    (void)again.hears(1min);
    within_the_mean += again.is_dark();
    dark += l.sends(100h) == passage::lost;
  }
  // Binomial: four standard deviations. 1 - 1/e of those that go dark have done so by the mean.
  EXPECT_NEAR(dark, 2500, 174);
  EXPECT_NEAR(within_the_mean, 1580, 146);
}

TEST(FailingLine, IsDarkWhenTold) {
  failing_line l({}, 0s, 1);
  l.go_dark();
  EXPECT_EQ(l.sends(1s), passage::lost);
  EXPECT_FALSE(l.hears(1s));
}

}  // namespace
}  // namespace mailrig::net::failing_line_test
