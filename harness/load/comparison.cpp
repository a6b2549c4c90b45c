// comparison: see comparison.hpp.
#include "load/comparison.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/quantile_interval.hpp"

namespace mailrig::load {
namespace {

constexpr double confidence = 0.99, z = 2.576;  // two sides

struct interval {
  double value, low, high;
};

interval of_quantile(base::latency_histogram const& h, double q) {
  auto const i = base::interval_of(h, q, confidence);
  return {double(i.value), double(i.low), double(i.high)};
}

interval of_share(std::uint64_t hits, std::uint64_t all) {
  auto const n = double(all), p = double(hits) / n;
  auto const middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  auto const off = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {p, middle - off, middle + off};
}

difference set_beside(std::string kind, std::string figure, interval const& a, interval const& b, double tolerance) {
  difference d{std::move(kind), std::move(figure), a.value, b.value, a.low, a.high, b.low, b.high, change::none};
  if (b.low > a.high && b.value > a.value * (1 + tolerance)) d.is = change::worse;
  if (b.high < a.low && b.value < a.value / (1 + tolerance)) d.is = change::better;
  return d;
}

}  // namespace

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
  }
  return out;
}

}  // namespace mailrig::load
