#include "base/latency_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/rng.hpp"

namespace mailrig::base::latency_histogram_test {

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
    EXPECT_LE(double(h.quantile(q)), double(truth) * 1.001 + 1) << q;
  }
}

TEST(LatencyHistogram, MergeIsExact) {
  latency_histogram a, b, both;
  for (std::uint64_t v = 1; v < 1u << 30; v = v * 3 + 1) (v % 2 ? a : b).record(v), both.record(v);
  a.merge(b);
  EXPECT_EQ(a.count(), both.count());
  for (double q = 0.05; q <= 1; q += 0.05) EXPECT_EQ(a.quantile(q), both.quantile(q));
}

TEST(LatencyHistogram, WhatWasWrittenDownAddsUpAgain) {
  latency_histogram a, b;
  for (std::uint64_t v = 1; v < 1u << 30; v = v * 5 + 3) a.record(v, v % 7);
  a.each([&](std::size_t bucket, std::uint64_t times) { b.restore(bucket, times); });
  b.restore_extent(a.sum(), a.max());
  EXPECT_EQ(a.count(), b.count());
  EXPECT_EQ(a.mean(), b.mean());
  for (double q = 0.05; q <= 1; q += 0.05) EXPECT_EQ(a.quantile(q), b.quantile(q));
  EXPECT_EQ(a.at_most(a.max()), a.count());
  EXPECT_EQ(a.at_most(0), 0u);
  a.clear();
  EXPECT_EQ(a.count(), 0u);
}

TEST(LatencyHistogram, EmptyAndHuge) {
  latency_histogram h;
  EXPECT_EQ(h.quantile(0.5), 0u);
  h.record(~0ULL);
  EXPECT_EQ(h.count(), 1u);
}

}  // namespace mailrig::base::latency_histogram_test
