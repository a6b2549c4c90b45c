// comparison: two runs side by side: which percentiles differ by more than a tolerance and more than chance explains.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/tally.hpp"

namespace mailrig::load {

/// too_few: so few samples, in one of them at least, do not carry the figure: nothing is concluded.
enum class change : std::uint8_t { none, too_few, better, worse };
std::string_view name_of(change c);

struct difference {
  std::string kind, figure;                                               ///< "login", "p99"; "errors", "refused"
  double before = 0, after = 0;                                           ///< nanoseconds, or a share
  double before_low = 0, before_high = 0, after_low = 0, after_high = 0;  ///< 99 % confidence
  change is = change::none;
};

/// p50, p90 and p99 of response and the shares of errors and of refusals by policy, of each kind that both have. A
/// percentile's confidence interval is that of its order statistics, without an upper bound where so few values give
/// none; a share's is Wilson's. Something has changed where the intervals do not overlap and the values differ by more
/// than `tolerance`: 0.05 for five per cent.
std::vector<difference> compare(tally const& before, tally const& after, double tolerance);

/// Kinds that only one of them has, each with where: "only before", "only after".
std::vector<std::pair<std::string, std::string>> not_in_both(tally const& before, tally const& after);

}  // namespace mailrig::load
