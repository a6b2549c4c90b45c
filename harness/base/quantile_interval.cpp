// quantile_interval: see quantile_interval.hpp.
#include "base/quantile_interval.hpp"

#include <boost/math/distributions/binomial.hpp>

namespace mailrig::base {

quantile_interval interval_of(latency_histogram const& h, double fraction, double confidence) {
  quantile_interval out{h.quantile(fraction), 0, h.max(), false};
  if (fraction >= 1 || h.count() == 0) return out;
  auto const tail = (1 - confidence) / 2;
  boost::math::binomial const below(double(h.count()), fraction);
  auto const low = quantile(below, tail) + 1, high = quantile(complement(below, tail)) + 1;
  out.low = h.value_at(std::uint64_t(low));
  out.bounded = high <= double(h.count());
  if (out.bounded) out.high = h.value_at(std::uint64_t(high));
  return out;
}

bool carries(std::uint64_t count, double fraction) {
  constexpr double rounding = 1e-6;  // 1 - 0.99 is a little less than 0.01
  return double(count) * (1 - fraction) >= 1 - rounding;
}

}  // namespace mailrig::base
