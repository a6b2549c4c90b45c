// carried_sum: see carried_sum.hpp.
#include "load/carried_sum.hpp"

#include <algorithm>

namespace mailrig::load {

/// Seconds: the system counts in ticks, and rounds each part by itself.
constexpr double a_few_ticks = 0.02;

double carried_sum::take(std::vector<process_share> const& now) {
  std::map<identity, process_share> present;
  std::map<int, double> grown;  // by pid: what each may have inherited since the last look
  double sum = 0;
  for (auto const& p : now) {
    present[{p.pid, p.started}] = p;
    sum += p.spent;
    if (auto const was = before_.find({p.pid, p.started}); was != before_.end())
      grown[p.pid] = p.inherited - was->second.inherited;
  }
  for (auto const& [who, gone] : before_) {
    if (present.contains(who)) continue;
    auto const heir = grown.find(gone.parent);
    if (heir != grown.end() && heir->second >= gone.spent - a_few_ticks)
      heir->second -= gone.spent;
    else
      carried_ += gone.spent;
  }
  before_ = std::move(present);
  return least_ = std::max(least_, sum + carried_);
}

}  // namespace mailrig::load
