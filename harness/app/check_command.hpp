// check_command: `mailrig check`, which `mailrig baseline update` runs too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/options.hpp"

namespace mailrig::app {

struct check_options {
  std::vector<std::string> selectors, latitudes;
  std::string target, defect, level = "may", baseline, trace, timeout;
  std::vector<std::string> reports;
  std::size_t jobs = 8;
  std::uint64_t seed = 1, trace_limit = std::uint64_t(4) << 30;
  bool fail_fast = false, allow_destructive = false;
  bool spread = false;           ///< sessions of one scenario take the endpoints in turn
  bool slow = false;             ///< only what waits for minutes, all of it at once
  bool simulated = false;        ///< the embedded server within each scenario's own loop, whose time costs nothing
  std::string command;           ///< as typed, for the report
  bool update_baseline = false;  ///< write the baseline file anew instead of judging by it
  bool gate_new = false;         ///< with it: do not write down which scenarios there are
};

/// What is played, where, and how it is told.
void add_run_options(options& c, check_options& o);
int run_check(check_options const& o);

}  // namespace mailrig::app
