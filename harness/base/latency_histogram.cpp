// latency_histogram: see latency_histogram.hpp.
#include "base/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace mailrig::base {

latency_histogram& latency_histogram::operator=(latency_histogram const& other) {
  if (this == &other) return *this;
  clear();
  merge(other);
  return *this;
}

void latency_histogram::merge(latency_histogram const& other) {
  other.each([this](std::size_t bucket, std::uint64_t times) { add(bucket, times); });
  restore_extent(other.sum_, other.max_);
}

void latency_histogram::clear() {
  for (auto& o : octaves_) o.reset();
  total_ = max_ = sum_ = 0;
}

std::uint64_t latency_histogram::upper_bound(std::size_t at) {
  if (at < width) return at;
  auto const above = (at >> sub_bits) - 1;
  auto const sub = (at & (width - 1)) | width;
  return ((std::uint64_t(sub) + 1) << above) - 1;
}

std::uint64_t latency_histogram::quantile(double fraction) const {
  return value_at(std::max<std::uint64_t>(1, std::uint64_t(std::ceil(fraction * double(total_)))));
}

std::uint64_t latency_histogram::value_at(std::uint64_t rank) const {
  if (total_ == 0) return 0;
  std::uint64_t seen = 0, found = max_;
  bool past = false;
  each([&](std::size_t bucket, std::uint64_t times) {
    if (!past && (seen += times) >= rank) past = true, found = std::min(upper_bound(bucket), max_);
  });
  return found;
}

std::uint64_t latency_histogram::at_most(std::uint64_t nanoseconds) const {
  auto const last = index(nanoseconds);
  std::uint64_t seen = 0;
  each([&](std::size_t bucket, std::uint64_t times) {
    if (bucket <= last) seen += times;
  });
  return seen;
}

}  // namespace mailrig::base
