// latency_histogram: integer counts in log-linear buckets, which add exactly over threads, processes and hosts.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>

namespace mailrig::base {

/// Values are nanoseconds in [0, 2^40) (18 minutes); larger ones count in the last bucket. 128 buckets an octave:
/// a reported value is within 0.8 % above the recorded one. One writer; merge when it rests.
class latency_histogram {
 public:
  void record(std::uint64_t nanoseconds, std::uint64_t times = 1) {
    counts_[index(nanoseconds)] += times;
    total_ += times;
    if (nanoseconds > max_) max_ = nanoseconds;
  }
  void merge(latency_histogram const& other);

  std::uint64_t count() const { return total_; }
  std::uint64_t max() const { return max_; }
  /// The smallest recorded-bucket bound that at least `fraction` (0..1] of the values do not exceed; 0 when empty.
  std::uint64_t quantile(double fraction) const;

 private:
  static constexpr unsigned sub_bits = 7;
  static constexpr unsigned octaves = 40 - sub_bits;
  static constexpr std::size_t buckets = (octaves + 1) << sub_bits;

  static std::size_t index(std::uint64_t v) {
    if (v < (1u << sub_bits)) return v;
    auto const octave = unsigned(std::bit_width(v)) - 1 - sub_bits;
    auto const at = ((std::size_t(octave) + 1) << sub_bits) + ((v >> octave) & ((1u << sub_bits) - 1));
    return at < buckets ? at : buckets - 1;
  }
  static std::uint64_t upper_bound(std::size_t at);

  std::array<std::uint64_t, buckets> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace mailrig::base
