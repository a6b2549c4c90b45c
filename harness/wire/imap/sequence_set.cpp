// sequence_set: see sequence_set.hpp.
#include "wire/imap/sequence_set.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::wire::imap {
namespace {

std::optional<std::uint32_t> seq_number(std::string_view text) {
  if (text == "*") return sequence_set::star;
  auto const n = base::number(text);
  if (!n || *n == 0 || *n > 0xFFFFFFFF || text.front() == '0') return std::nullopt;
  return std::uint32_t(*n);
}

}  // namespace

std::optional<sequence_set> sequence_set::parse(std::string_view text) {
  sequence_set out;
  for (auto part : base::split(text, ',')) {
    auto const colon = part.find(':');
    auto const a = seq_number(part.substr(0, colon));
    auto const b = colon == part.npos ? a : seq_number(part.substr(colon + 1));
    if (!a || !b) return std::nullopt;
    out.ranges_.push_back({std::min(*a, *b), std::max(*a, *b)});
  }
  out.has_star_ = std::ranges::any_of(out.ranges_, [](range r) { return r.high == star; });
  if (out.ranges_.size() > 8 && !out.has_star_) out.sorted_ = out.in_order();
  return out;
}

bool sequence_set::contains(std::uint32_t n, std::uint32_t largest) const {
  if (!sorted_.empty()) {
    auto const after = std::ranges::upper_bound(sorted_, n, {}, &range::low);
    return after != sorted_.begin() && std::prev(after)->high >= n;
  }
  return std::ranges::any_of(ranges_, [&](range r) {
    auto low = r.low == star ? largest : r.low;
    auto high = r.high == star ? largest : r.high;
    if (low > high) std::swap(low, high);  // "5:*" with 3 messages is 3:5 (RFC 3501 §6.4.8)
    return n >= low && n <= high;
  });
}

std::vector<sequence_set::range> sequence_set::in_order() const {
  auto sorted = ranges_;
  std::ranges::sort(sorted, {}, &range::low);
  std::vector<range> out;
  for (auto const r : sorted)
    if (!out.empty() && r.low <= out.back().high)
      out.back().high = std::max(out.back().high, r.high);
    else
      out.push_back(r);
  return out;
}

std::optional<std::vector<std::uint32_t>> sequence_set::expand(std::size_t limit) const {
  std::vector<std::uint32_t> out;
  for (auto r : ranges_) {
    if (r.high == star || r.high - r.low >= limit - std::min(limit, out.size())) return std::nullopt;
    for (auto n = r.low; n <= r.high; ++n) out.push_back(n);
  }
  return out;
}

}  // namespace mailrig::wire::imap
