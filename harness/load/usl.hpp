// usl: Gunther's Universal Scalability Law, X(N) = l N / (1 + s (N - 1) + k N (N - 1)), fitted to measured throughput:
// what contention (s) and coherency (k) cost, and where throughput would peak.
#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace mailrig::load {

struct usl_fit {
  double lambda = 0;  ///< throughput of one
  double sigma = 0, kappa = 0;
  double r2 = 0;               ///< of throughput; 1 is a perfect fit
  std::optional<double> peak;  ///< N of the most throughput; nothing where none is in sight or near
  double at(double n) const { return lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1)); }
};

/// From (N, throughput) pairs, by least squares of N/X, which is linear in the parameters; sigma and kappa are not
/// below 0. Nothing with fewer than three different N.
std::optional<usl_fit> fit_usl(std::vector<std::pair<double, double>> const& points);

}  // namespace mailrig::load
