// uid_ranges: see uid_ranges.hpp.
#include "load/uid_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mailrig::load {

void uid_ranges::add(std::uint32_t low, std::uint32_t high) {
  if (low == 0 || high < low) return;
  // Those that it touches become one with it.
  auto const begin = std::ranges::lower_bound(ranges_, low - 1, {}, &range::high);
  auto end = begin;
  for (; end != ranges_.end() && end->low - 1 <= high; ++end) {
    low = std::min(low, end->low);
    high = std::max(high, end->high);
  }
  if (begin == end)
    ranges_.insert(begin, {low, high});
  else
    *ranges_.erase(begin, end - 1) = {low, high};
}

void uid_ranges::remove(std::uint32_t low, std::uint32_t high) {
  auto const begin = std::ranges::lower_bound(ranges_, low, {}, &range::high);
  auto end = begin;
  while (end != ranges_.end() && end->low <= high) ++end;
  if (begin == end) return;
  auto const first = *begin, last = *(end - 1);
  auto at = ranges_.erase(begin, end);
  if (last.high > high) at = ranges_.insert(at, {high + 1, last.high});
  if (first.low < low) ranges_.insert(at, {first.low, low - 1});
}

std::size_t uid_ranges::size() const {
  std::size_t out = 0;
  for (auto const& r : ranges_) out += std::size_t(r.high - r.low) + 1;
  return out;
}

std::uint32_t uid_ranges::nth(std::uint64_t n) const {
  if (n == 0) return 0;
  for (auto const& r : ranges_) {
    auto const here = std::uint64_t(r.high - r.low) + 1;
    if (n <= here) return std::uint32_t(r.low + (n - 1));
    n -= here;
  }
  return 0;
}

std::string uid_ranges::text(std::size_t most) const {
  if (ranges_.size() > most) return fmt::format("1:{}", largest());
  std::string out;
  for (auto const& r : ranges_) {
    if (!out.empty()) out += ',';
    out += r.low == r.high ? std::to_string(r.low) : fmt::format("{}:{}", r.low, r.high);
  }
  return out;
}

}  // namespace mailrig::load
