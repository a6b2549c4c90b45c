// run: one load run: threads or processes, seconds, machine, verdicts; the record of it.
#pragma once

#include "load/plan.hpp"
#include "load/record.hpp"
#include "load/server_watch.hpp"

namespace mailrig::load {

struct run_options {
  std::vector<slo> slos;
  std::optional<server_watch> server;
  environment around;
  /// Fills in what a report says of the run beside what was measured; called before it begins.
  std::function<void(load_record&)> begin;
  /// Each second as it adds up exactly over shards, before the listener has it.
  std::function<void(interval const&)> intervals;
  /// When all shards begin, on base::now()'s axis, `lead` from now at least. Blocks. Empty: `lead` from now. The fault
  /// says why the run cannot begin.
  std::function<base::result<base::instant>(base::duration lead)> begins;
  /// Each second, in order, on a thread of the run's.
  std::function<void(series_row const&, load_record const& so_far)> listener;
  /// Starts worker processes instead of threads: their command lines; empty: threads.
  std::vector<std::vector<std::string>> processes;
  int input = -1;  ///< a descriptor of ours that is their standard input; -1: ours
};

/// Blocks until the run is over. The accounts must be prepared. The fault says why it could not begin.
base::result<load_record> execute(plan const& p, run_options const& o, std::atomic<bool> const& interrupted);

/// As run_options::begins says, or `lead` from now.
base::result<base::instant> agreed_beginning(run_options const& o, base::duration lead);

/// What a worker process does: plays its part from `began` (a steady clock's nanoseconds) and prints intervals and its
/// result as lines of JSON. 0 when it went well.
int work_as_process(plan const& p, std::int64_t began, std::atomic<bool> const& interrupted);

/// Descriptors that a run needs beyond what this process may open: a sentence on what to do; empty when there are
/// enough.
std::string lacks_descriptors(plan const& p, std::size_t processes);

}  // namespace mailrig::load
