// load_exit: the exit code that a load run, or the sum of its shards, comes to.
#pragma once

#include <algorithm>

#include "app/exit_code.hpp"
#include "load/record.hpp"

namespace mailrig::app {

inline exit_code load_exit_code(load::load_record const& r) {
  bool const failed =
      std::ranges::any_of(r.findings, [](auto const& f) { return f.outcome == history::verdict::fail; });
  // A sum without one of its shards is no measurement, whatever else ended it.
  bool const lacking = std::ranges::any_of(r.shards, &load::shard_account::lost);
  if (lacking && r.rig.grade == load::validity::invalid) return invalid_measurement;
  if (r.interrupted) return failed ? failure : inconclusive;
  if (r.rig.grade == load::validity::invalid) return invalid_measurement;
  if (failed) return failure;
  return r.slos_missed() ? slo_missed : r.slos_undecided() ? inconclusive : clean;
}

}  // namespace mailrig::app
