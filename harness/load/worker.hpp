// worker: one thread of a load run: its loop, its judge, its share of the users with their devices, and what is due
// when.
#pragma once

#include <memory>
#include <mutex>

#include "history/finding.hpp"
#include "load/plan.hpp"
#include "load/tally.hpp"

namespace mailrig::load {

/// What a thread came to.
struct worker_result {
  tally figures;
  std::vector<history::finding> findings;
  std::size_t findings_dropped = 0;
  std::uint64_t turned_away = 0;  ///< sessions that no user was free for
  double cpu = 0;                 ///< of the busiest thread over the measured time, in seconds
  double cpu_sum = 0;             ///< of all of them
  std::string trouble;            ///< why it could not run; empty: it ran
};

/// Where threads hand in their seconds. Any thread.
class interval_sink {
 public:
  virtual ~interval_sink() = default;
  virtual void take(interval p) = 0;
};

/// Plays its share until the end or until `interrupted`. Blocks. `share` of `shares` over all threads and processes;
/// `users` are indices into the target's accounts.
worker_result work(plan const& p, unsigned share, unsigned shares, net::tls_context const& trust, base::instant began,
                   interval_sink& intervals, std::atomic<bool> const& interrupted);

}  // namespace mailrig::load
