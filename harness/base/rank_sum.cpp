// rank_sum: see rank_sum.hpp.
#include "base/rank_sum.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mailrig::base {

rank_outcome rank_test(std::vector<double> const& first, std::vector<double> const& second) {
  if (first.empty() || second.empty()) return {};
  std::vector<std::pair<double, bool>> all;  // value, of the first
  for (double v : first) all.emplace_back(v, true);
  for (double v : second) all.emplace_back(v, false);
  std::ranges::sort(all, {}, &std::pair<double, bool>::first);
  auto const n1 = double(first.size()), n2 = double(second.size()), n = n1 + n2;
  double ranks = 0, ties = 0;  // of the first sample; sum of t^3 - t
  for (std::size_t i = 0; i < all.size();) {
    auto end = i;
    while (end < all.size() && all[end].first == all[i].first) ++end;
    auto const same = double(end - i);
    auto const shared = (double(i + 1) + double(end)) / 2;
    ties += same * same * same - same;
    for (; i < end; ++i)
      if (all[i].second) ranks += shared;
  }
  auto const u = ranks - n1 * (n1 + 1) / 2;
  rank_outcome out{1, u / (n1 * n2)};
  auto const variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)));
  if (variance <= 0) return out;
  auto const away = std::max(0.0, std::abs(u - n1 * n2 / 2) - 0.5);
  out.p = std::erfc(away / std::sqrt(variance) / std::sqrt(2.0));
  return out;
}

}  // namespace mailrig::base
