// second_histogram: see second_histogram.hpp.
#include "load/second_histogram.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace mailrig::load {

second_histogram second_histogram::of(base::latency_histogram const& h) {
  second_histogram out;
  h.each([&](std::size_t bucket, std::uint64_t times) {
    auto const at = std::uint32_t(bucket >> shift);
    if (!out.buckets_.empty() && out.buckets_.back().first == at)
      out.buckets_.back().second += times;
    else
      out.buckets_.emplace_back(at, times);
  });
  out.max_ = h.max();
  return out;
}

void second_histogram::merge(second_histogram const& other) {
  decltype(buckets_) sum;
  sum.reserve(buckets_.size() + other.buckets_.size());
  auto a = buckets_.begin();
  for (auto const& b : other.buckets_) {
    for (; a != buckets_.end() && a->first < b.first; ++a) sum.push_back(*a);
    sum.push_back(b);
    if (a != buckets_.end() && a->first == b.first) sum.back().second += (a++)->second;
  }
  sum.insert(sum.end(), a, buckets_.end());
  buckets_ = std::move(sum);
  max_ = std::max(max_, other.max_);
}

std::uint64_t second_histogram::count() const {
  std::uint64_t n = 0;
  for (auto const& [bucket, times] : buckets_) n += times;
  return n;
}

std::uint64_t second_histogram::quantile(double fraction) const {
  auto const rank = std::max<std::uint64_t>(1, std::uint64_t(std::ceil(fraction * double(count()))));
  std::uint64_t seen = 0;
  for (auto const& [bucket, times] : buckets_)
    if ((seen += times) >= rank) return std::min(upper_bound(bucket), max_);
  return buckets_.empty() ? 0 : max_;
}

std::string second_histogram::text() const {
  std::string out;
  for (auto const& [bucket, times] : buckets_) {
    if (!out.empty()) out += ' ';
    out += std::to_string(bucket);
    out += ':';
    out += std::to_string(times);
  }
  return out;
}

std::optional<second_histogram> second_histogram::read(std::string_view text, std::uint64_t max) {
  constexpr std::uint64_t most = 40u << (10 - shift);
  second_histogram out;
  out.max_ = max;
  while (!text.empty()) {
    auto const end = std::min(text.find(' '), text.size());
    auto const one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto const colon = one.find(':');
    if (colon == one.npos) return std::nullopt;
    auto const bucket = base::number(one.substr(0, colon)), times = base::number(one.substr(colon + 1));
    if (!bucket || !times || *bucket >= most || *times == 0) return std::nullopt;
    if (!out.buckets_.empty() && *bucket <= out.buckets_.back().first) return std::nullopt;
    out.buckets_.emplace_back(std::uint32_t(*bucket), *times);
  }
  return out;
}

}  // namespace mailrig::load
