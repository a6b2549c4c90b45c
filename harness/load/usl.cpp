// usl: see usl.hpp.
#include "load/usl.hpp"

#include <array>
#include <cmath>
#include <set>

namespace mailrig::load {
namespace {

using row = std::array<double, 3>;

/// Least squares over the columns that are wanted, by the normal equations; nothing when they are singular.
std::optional<row> solve(std::vector<row> const& x, std::vector<double> const& y, std::array<bool, 3> const& wanted) {
  double m[3][4] = {};
  for (std::size_t p = 0; p < x.size(); ++p) {
    // Relative errors count, so that large N does not drown the small.
    auto const w = 1 / (y[p] * y[p]);
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) m[i][j] += w * x[p][i] * x[p][j];
      m[i][3] += w * x[p][i] * y[p];
    }
  }
  for (int i = 0; i < 3; ++i)
    if (!wanted[i]) {
      for (int j = 0; j < 4; ++j) m[i][j] = m[j % 3][i] = 0;
      m[i][i] = 1, m[i][3] = 0;
    }
  for (int i = 0; i < 3; ++i) {
    int pivot = i;
    for (int r = i; r < 3; ++r)
      if (std::abs(m[r][i]) > std::abs(m[pivot][i])) pivot = r;
    std::swap(m[i], m[pivot]);
    if (std::abs(m[i][i]) < 1e-300) return std::nullopt;
    for (int r = 0; r < 3; ++r) {
      if (r == i) continue;
      auto const f = m[r][i] / m[i][i];
      for (int c = i; c < 4; ++c) m[r][c] -= f * m[i][c];
    }
  }
  return row{m[0][3] / m[0][0], m[1][3] / m[1][1], m[2][3] / m[2][2]};
}

constexpr double farthest = 1.5;  ///< a peak beyond so many times the greatest N that was tried is not told

}  // namespace

std::optional<usl_fit> fit_usl(std::vector<std::pair<double, double>> const& points) {
  std::vector<row> x;
  std::vector<double> y;
  std::set<double> different;
  for (auto const& [n, throughput] : points) {
    if (n <= 0 || throughput <= 0) continue;
    x.push_back({1, n - 1, n * (n - 1)});
    y.push_back(n / throughput);
    different.insert(n);
  }
  if (different.size() < 3) return std::nullopt;
  std::optional<row> best;
  for (auto const wanted :
       {std::array{true, true, true}, {true, false, true}, {true, true, false}, {true, false, false}}) {
    auto const one = solve(x, y, wanted);
    if (one && (*one)[0] > 0 && (*one)[1] >= 0 && (*one)[2] >= 0) {
      best = one;
      break;
    }
  }
  if (!best) return std::nullopt;
  usl_fit out;
  out.lambda = 1 / (*best)[0];
  out.sigma = (*best)[1] * out.lambda;
  out.kappa = (*best)[2] * out.lambda;
  // Far from what was tried a curve says nothing.
  if (out.kappa > 0 && out.sigma < 1) out.peak = std::sqrt((1 - out.sigma) / out.kappa);
  if (out.peak && *out.peak > farthest * *different.rbegin()) out.peak.reset();
  double mean = 0, off = 0, all = 0;
  for (auto const& [n, v] : points) mean += v / double(points.size());
  for (auto const& [n, v] : points) off += (v - out.at(n)) * (v - out.at(n)), all += (v - mean) * (v - mean);
  out.r2 = all > 0 ? 1 - off / all : 0;
  return out;
}

}  // namespace mailrig::load
