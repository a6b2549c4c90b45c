// latency_histogram: see latency_histogram.hpp.
#include "base/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace mailrig::base {

void latency_histogram::merge(latency_histogram const& other) {
  for (std::size_t i = 0; i < buckets; ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
  max_ = std::max(max_, other.max_);
}

std::uint64_t latency_histogram::upper_bound(std::size_t at) {
  if (at < (1u << sub_bits)) return at;
  auto const octave = (at >> sub_bits) - 1;
  auto const sub = (at & ((1u << sub_bits) - 1)) | (1u << sub_bits);
  return ((std::uint64_t(sub) + 1) << octave) - 1;
}

std::uint64_t latency_histogram::quantile(double fraction) const {
  if (total_ == 0) return 0;
  auto const rank = std::max<std::uint64_t>(1, std::uint64_t(std::ceil(fraction * double(total_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets; ++i)
    if ((seen += counts_[i]) >= rank) return std::min(upper_bound(i), max_);
  return max_;
}

}  // namespace mailrig::base
