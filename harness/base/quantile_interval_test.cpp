// quantile_interval_test: ranks by the tables of order statistics, and values that are too few.
#include "base/quantile_interval.hpp"

#include <gtest/gtest.h>

namespace mailrig::base::quantile_interval_test {
namespace {

/// The values 1 to n.
latency_histogram ranks(std::uint64_t n) {
  latency_histogram h;
  for (std::uint64_t v = 1; v <= n; ++v) h.record(v);
  return h;
}

TEST(QuantileInterval, OfAMedianIsTheTextbooks) {
  // Of 25 values the 8th and the 18th enclose the median with 95.7 %.
  auto const i = interval_of(ranks(25), 0.5);
  EXPECT_EQ(i.value, 13u);
  EXPECT_EQ(i.low, 8u);
  EXPECT_EQ(i.high, 18u);
  EXPECT_TRUE(i.bounded);
}

TEST(QuantileInterval, NarrowsAsValuesCome) {
  auto const few = interval_of(ranks(400), 0.99), many = interval_of(ranks(1000), 0.99, 0.95);
  EXPECT_TRUE(few.bounded);
  EXPECT_GT(double(few.high - few.low) / 400, double(many.high - many.low) / 1000);
  EXPECT_LE(many.low, 990u);
  EXPECT_GE(many.high, 990u);
  EXPECT_GT(interval_of(ranks(1000), 0.99, 0.99).high, many.high);
}

TEST(QuantileInterval, OfTooFewHasNoUpperEnd) {
  auto const five = interval_of(ranks(5), 0.99);
  EXPECT_FALSE(five.bounded);
  EXPECT_EQ(five.high, 5u);
  EXPECT_FALSE(interval_of(ranks(300), 0.99).bounded);  // 0.99^300 is 4.9 %
}

TEST(QuantileInterval, IsCarriedByAsManyAsHaveOneBeyond) {
  EXPECT_FALSE(carries(99, 0.99));
  EXPECT_TRUE(carries(100, 0.99));
  EXPECT_TRUE(carries(10000, 0.9999));
  EXPECT_TRUE(carries(2, 0.5));
  EXPECT_FALSE(carries(5, 1));
}

}  // namespace
}  // namespace mailrig::base::quantile_interval_test
