#include "base/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/rng.hpp"

using namespace mailrig::base;

TEST(LatencyHistogram, QuantilesAreWithinTheBucketOfTheTruth) {
  rng random(7);
  std::vector<std::uint64_t> values;
  latency_histogram h;
  for (int i = 0; i < 20000; ++i) {
    values.push_back(random.next() >> (24 + random.below(30)));
    h.record(values.back());
  }
  std::ranges::sort(values);
  for (double q : {0.5, 0.9, 0.99, 0.999, 1.0}) {
    auto const truth = values[std::size_t(q * double(values.size())) - 1];
    EXPECT_GE(h.quantile(q), truth);
    EXPECT_LE(double(h.quantile(q)), double(truth) * 1.008 + 1) << q;
  }
}

TEST(LatencyHistogram, MergeIsExact) {
  latency_histogram a, b, both;
  for (std::uint64_t v = 1; v < 1u << 30; v = v * 3 + 1) (v % 2 ? a : b).record(v), both.record(v);
  a.merge(b);
  EXPECT_EQ(a.count(), both.count());
  for (double q = 0.05; q <= 1; q += 0.05) EXPECT_EQ(a.quantile(q), both.quantile(q));
}

TEST(LatencyHistogram, EmptyAndHuge) {
  latency_histogram h;
  EXPECT_EQ(h.quantile(0.5), 0u);
  h.record(~0ULL);
  EXPECT_EQ(h.count(), 1u);
}
