// worker: one thread of a load run: its loop, its judge, its share of the users with their devices, and what is due
// when.
#pragma once

#include "history/finding.hpp"
#include "load/offered.hpp"
#include "load/plan.hpp"
#include "load/population.hpp"
#include "load/tally.hpp"
#include "net/segment_counts.hpp"

namespace mailrig::load {

/// What a thread came to.
struct worker_result {
  tally figures;
  tally endpoints;  ///< as an endpoint_book holds it
  std::vector<history::finding> findings;
  std::size_t findings_dropped = 0;
  std::uint64_t turned_away = 0;  ///< sessions that no user was free for
  offered asked;                  ///< what the plan had for it
  double cpu = 0;                 ///< of the busiest thread over the measured time, in seconds
  double cpu_sum = 0;             ///< of all of them
  net::segment_counts segments;   ///< of its connections
  std::string trouble;            ///< why it could not run; empty: it ran
};

/// Where threads hand in their seconds. Any thread; it only takes them over, so that no loop waits for what is done
/// with them.
class interval_sink {
 public:
  virtual ~interval_sink() = default;
  virtual void take(interval i) = 0;
};

/// Plays its share of the population, which is one of this shard's, until the end or until `interrupted`. Blocks. A
/// user has the target's account of the same number. A target that is simulated is played in a simulated loop, whose
/// time begins at 0.
worker_result run_worker(plan const& p, population const& all, unsigned share, net::tls_context const& trust,
                         base::instant began, interval_sink& intervals, std::atomic<bool> const& interrupted);

}  // namespace mailrig::load
