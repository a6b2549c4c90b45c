// comparison: two runs side by side: which percentiles differ by more than a tolerance and more than chance explains.
#pragma once

#include <string>
#include <vector>

#include "load/tally.hpp"

namespace mailrig::load {

enum class change : std::uint8_t { none, better, worse };

struct difference {
  std::string kind, figure;                                               ///< "login", "p99"; "errors"
  double before = 0, after = 0;                                           ///< nanoseconds, or a share
  double before_low = 0, before_high = 0, after_low = 0, after_high = 0;  ///< 99 % confidence
  change is = change::none;
};

/// p50, p90 and p99 of response and the share of errors, of each kind that both have. A percentile's confidence
/// interval is that of its order statistics; a share's is Wilson's. `tolerance`: 0.05 for five per cent.
std::vector<difference> compare(tally const& before, tally const& after, double tolerance);

}  // namespace mailrig::load
