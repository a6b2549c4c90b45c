// quantile_interval: between which values a quantile lies, as far as so many values tell: order statistics, whose ranks
// are binomial. It assumes nothing of how latencies are distributed.
#pragma once

#include <cstdint>

#include "base/latency_histogram.hpp"

namespace mailrig::base {

/// Nanoseconds.
struct quantile_interval {
  std::uint64_t value = 0, low = 0, high = 0;
  bool bounded = false;  ///< false: it may lie beyond the greatest value, which `high` is
};

/// Two-sided, of a histogram that is not empty.
quantile_interval interval_of(latency_histogram const& h, double fraction, double confidence = 0.95);

/// So many values have one beyond their quantile; of fewer it is just the greatest that happened to come.
bool carries(std::uint64_t count, double fraction);

}  // namespace mailrig::base
