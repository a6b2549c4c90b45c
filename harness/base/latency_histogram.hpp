// latency_histogram: integer counts in log-linear buckets, which add exactly over threads, processes and hosts.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>

namespace mailrig::base {

/// Values are nanoseconds in [0, 2^40) (18 minutes); larger ones count in the last bucket. 1,024 buckets an octave: a
/// reported value is at most 0.1 % above the recorded one, so three digits of it are true. Only octaves that occur
/// take memory, 8 KiB each. One writer; merge when it rests.
class latency_histogram {
 public:
  latency_histogram() = default;
  latency_histogram(latency_histogram&&) = default;
  latency_histogram& operator=(latency_histogram&&) = default;
  latency_histogram(latency_histogram const& other) { merge(other); }
  latency_histogram& operator=(latency_histogram const& other);

  void record(std::uint64_t nanoseconds, std::uint64_t times = 1) {
    add(index(nanoseconds), times);
    sum_ += nanoseconds * times;
    if (nanoseconds > max_) max_ = nanoseconds;
  }
  void merge(latency_histogram const& other);
  void clear();

  std::uint64_t count() const { return total_; }
  std::uint64_t max() const { return max_; }
  std::uint64_t sum() const { return sum_; }
  double mean() const { return total_ == 0 ? 0 : double(sum_) / double(total_); }
  /// The smallest recorded-bucket bound that at least `fraction` (0..1] of the values do not exceed; 0 when empty.
  std::uint64_t quantile(double fraction) const;
  /// The bound of the bucket that holds the value of this rank, the smallest's being 1; 0 when empty.
  std::uint64_t value_at(std::uint64_t rank) const;
  /// Values of at most `nanoseconds`, to the bucket.
  std::uint64_t at_most(std::uint64_t nanoseconds) const;

  /// Calls f(bucket, count) for each bucket that has any, in order: what a report or another process needs to add it up
  /// again by restore().
  template <class F>
  void each(F f) const {
    for (std::size_t o = 0; o < octaves_.size(); ++o)
      if (octaves_[o])
        for (std::size_t i = 0; i < width; ++i)
          if ((*octaves_[o])[i]) f((o << sub_bits) + i, (*octaves_[o])[i]);
  }
  void restore(std::size_t bucket, std::uint64_t times) {
    if (bucket < octaves_.size() * width) add(bucket, times);
  }
  void restore_extent(std::uint64_t sum, std::uint64_t max) {
    sum_ += sum;
    if (max > max_) max_ = max;
  }
  static std::uint64_t upper_bound(std::size_t bucket);

 private:
  static constexpr unsigned sub_bits = 10;
  static constexpr std::size_t width = 1u << sub_bits;
  using octave = std::array<std::uint64_t, width>;

  static std::size_t index(std::uint64_t v) {
    if (v < width) return v;
    auto const above = unsigned(std::bit_width(v)) - 1 - sub_bits;
    auto const at = ((std::size_t(above) + 1) << sub_bits) + ((v >> above) & (width - 1));
    return at < most ? at : most - 1;
  }
  void add(std::size_t at, std::uint64_t times) {
    auto& o = octaves_[at >> sub_bits];
    if (!o) o = std::make_unique<octave>();
    (*o)[at & (width - 1)] += times;
    total_ += times;
  }

  static constexpr std::size_t most = std::size_t(40 - sub_bits + 1) << sub_bits;
  std::array<std::unique_ptr<octave>, (most >> sub_bits)> octaves_;
  std::uint64_t total_ = 0, max_ = 0, sum_ = 0;
};

}  // namespace mailrig::base
