// size_quantiles: see size_quantiles.hpp.
#include "load/fill/size_quantiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>

#include "base/text.hpp"
#include "load/octets.hpp"

namespace mailrig::load {
namespace {

constexpr double z_of_p99 = 2.3263478740408408;

/// How many standard deviations a share `u` of all lies below.
double normal_quantile(double u) {
  constexpr double edge = 1e-12;
  return -std::numbers::sqrt2 * boost::math::erfc_inv(2 * std::clamp(u, edge, 1 - edge));
}

}  // namespace

size_quantiles::size_quantiles(double median, double sigma, std::uint64_t most)
    : median_(median), sigma_(sigma), most_(std::max(most, least)) {}

size_quantiles size_quantiles::constant(std::uint64_t octets) { return {double(octets), 0, octets}; }

size_quantiles size_quantiles::by_mean(std::uint64_t median, std::uint64_t mean, std::uint64_t most) {
  if (mean <= median) return constant(std::min(mean, most));
  return {double(median), std::sqrt(2 * std::log(double(mean) / double(median))), most};
}

size_quantiles size_quantiles::by_p99(std::uint64_t median, std::uint64_t p99, std::uint64_t most) {
  if (p99 <= median) return constant(std::min(median, most));
  return {double(median), std::log(double(p99) / double(median)) / z_of_p99, most};
}

size_quantiles size_quantiles::table(std::vector<row> rows) {
  size_quantiles out(0, 0, rows.back().upto);
  double sum = 0;
  for (auto& r : rows) r.weight = sum += r.weight;
  for (auto& r : rows) r.weight /= sum;
  out.rows_ = std::move(rows);
  return out;
}

std::uint64_t size_quantiles::at(double u) const {
  double size = 0;
  if (rows_.empty()) {
    size = median_ * std::exp(sigma_ * (sigma_ > 0 ? normal_quantile(u) : 0));
  } else {
    auto const r = std::min(std::ranges::lower_bound(rows_, u, {}, &row::weight), std::prev(rows_.end()));
    auto const before = r == rows_.begin() ? row{std::min(least, r->upto), 0} : *std::prev(r);
    auto const share = (std::min(u, r->weight) - before.weight) / (r->weight - before.weight);
    size = double(before.upto) * std::pow(double(r->upto) / double(before.upto), std::max(0.0, share));
  }
  return std::uint64_t(std::llround(std::clamp(size, double(least), double(most_))));
}

double size_quantiles::mean() const {
  constexpr int steps = 20000;
  double sum = 0;
  for (int i = 0; i < steps; ++i) sum += double(at((i + 0.5) / steps));
  return sum / steps;
}

base::result<size_quantiles::row> read_size_row(std::string_view text) {
  auto const words = base::words(text);
  auto const upto = words.size() == 2 ? read_octets(words[0]) : std::nullopt;
  auto const weight = words.size() == 2 ? read_octets(words[1]) : std::nullopt;
  if (!upto || !weight || *upto == 0 || *weight == 0)
    return base::fault{0, "table", fmt::format("'{}' is no size and weight; write it like \"10k 40\"", text)};
  return size_quantiles::row{*upto, double(*weight)};
}

}  // namespace mailrig::load
