// exit_code: what mailrig tells the shell, and how it complains to a person.
#pragma once

#include <algorithm>
#include <string>

#include "base/result.hpp"
#include "history/run_record.hpp"

namespace mailrig::app {

enum exit_code : int {
  clean = 0,
  failure = 1,
  stale_baseline = 2,
  inconclusive = 3,
  usage = 4,
  invalid_measurement = 5,
  slo_missed = 6
};

/// No data and no scenario played is never a pass.
inline exit_code exit_code_of(history::run_record const& run) {
  using history::verdict;
  bool const failed = std::ranges::any_of(run.results, [](auto const& r) {
    return r.outcome == verdict::fail && !r.known() && r.stands != history::standing::fresh;
  });
  if (failed) return failure;
  bool const open = std::ranges::any_of(run.results, [](auto const& r) {
    return r.outcome == verdict::error || (r.outcome == verdict::unknown && !r.known());
  });
  if (open) return inconclusive;
  if (run.count(verdict::skip) == run.results.size()) return inconclusive;
  return run.stale.empty() ? clean : stale_baseline;
}

/// Prints a complaint to stderr and answers the exit code.
int complain(std::string const& text, exit_code code = usage);
int complain(base::fault const& fault, exit_code code = usage);

}  // namespace mailrig::app
