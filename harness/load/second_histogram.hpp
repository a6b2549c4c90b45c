// second_histogram: the response times of one second as integer counts that add exactly, in fewer buckets than a whole
// run's: there are many seconds, and all of them stand in the report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/latency_histogram.hpp"

namespace mailrig::load {

/// 64 buckets an octave, each of 16 of base::latency_histogram's: a value that it tells is at most 1.6 % above the
/// recorded one, below 16 us at most 15 ns. Only buckets that occur take memory.
class second_histogram {
 public:
  static second_histogram of(base::latency_histogram const& h);
  void merge(second_histogram const& other);

  std::uint64_t count() const;
  std::uint64_t max() const { return max_; }
  /// As of base::latency_histogram.
  std::uint64_t quantile(double fraction) const;
  /// Each bucket that has any, ascending, and how many.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> const& buckets() const { return buckets_; }

  /// Calls f(value, count) for each bucket that has any, with its upper bound.
  template <class F>
  void each_value(F f) const {
    for (auto const& [bucket, times] : buckets_) f(upper_bound(bucket), times);
  }

  /// "bucket:count bucket:count ..."; empty when nothing was recorded.
  std::string text() const;
  /// Nothing where it is no such text. `max`: nanoseconds.
  static std::optional<second_histogram> read(std::string_view text, std::uint64_t max);
  bool operator==(second_histogram const&) const = default;

 private:
  static constexpr unsigned shift = 4;
  static std::uint64_t upper_bound(std::uint32_t bucket) {
    return base::latency_histogram::upper_bound((std::size_t(bucket) << shift) | ((1u << shift) - 1));
  }
  std::vector<std::pair<std::uint32_t, std::uint64_t>> buckets_;
  std::uint64_t max_ = 0;
};

}  // namespace mailrig::load
