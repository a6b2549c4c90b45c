// comparison: see comparison.hpp.
#include "load/comparison.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/quantile_interval.hpp"

namespace mailrig::load {
namespace {

constexpr double confidence = 0.99, z = 2.576;  // two sides

struct confidence_interval {
  double value, low, high;
  bool carried = true;
};

confidence_interval of_quantile(base::latency_histogram const& h, double q) {
  auto const i = base::interval_of(h, q, confidence);
  auto const high = i.bounded ? double(i.high) : std::numeric_limits<double>::infinity();
  return {double(i.value), double(i.low), high, base::carries(h.count(), q)};
}

confidence_interval of_share(std::uint64_t hits, std::uint64_t all) {
  auto const n = double(all), p = double(hits) / n;
  auto const middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  auto const off = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {p, middle - off, middle + off};
}

difference set_beside(std::string kind, std::string figure, confidence_interval const& a, confidence_interval const& b,
                      double tolerance) {
  difference d{std::move(kind), std::move(figure), a.value, b.value, a.low, a.high, b.low, b.high, change::none};
  if (!a.carried || !b.carried) {
    d.is = change::too_few;
    return d;
  }
  if (b.low > a.high && b.value > a.value * (1 + tolerance)) d.is = change::worse;
  if (b.high < a.low && b.value < a.value / (1 + tolerance)) d.is = change::better;
  return d;
}

}  // namespace

std::string_view name_of(change c) {
  constexpr std::string_view names[] = {"none", "too few", "better", "worse"};
  return names[std::size_t(c)];
}

std::vector<std::pair<std::string, std::string>> not_in_both(tally const& before, tally const& after) {
  std::vector<std::pair<std::string, std::string>> out;
  auto const was = before.kinds(), is = after.kinds();
  for (auto const& [name, f] : was)
    if (!is.contains(name)) out.emplace_back(name, "only before");
  for (auto const& [name, f] : is)
    if (!was.contains(name)) out.emplace_back(name, "only after");
  return out;
}

std::vector<difference> compare(tally const& before, tally const& after, double tolerance) {
  std::vector<difference> out;
  auto const was = before.kinds(), is = after.kinds();
  for (auto const& [name, a] : was) {
    auto const at = is.find(name);
    if (at == is.end()) continue;
    auto const* b = at->second;
    if (a->response.count() > 0 && b->response.count() > 0)
      for (double const q : {0.5, 0.9, 0.99})
        out.push_back(set_beside(name, fmt::format("p{:.0f}", q * 100), of_quantile(a->response, q),
                                 of_quantile(b->response, q), tolerance));
    out.push_back(set_beside(name, "errors", of_share(a->failed + a->late, a->all()),
                             of_share(b->failed + b->late, b->all()), tolerance));
    if (a->refused() + b->refused() > 0)
      out.push_back(
          set_beside(name, "refused", of_share(a->refused(), a->all()), of_share(b->refused(), b->all()), tolerance));
  }
  return out;
}

}  // namespace mailrig::load
