// campaign: a workload against a target: users side by side, each with its own account and devices, episode after
// episode, until the operations or the time are used up or something is found.
#pragma once

#include "history/run_record.hpp"
#include "stress/arena.hpp"
#include "stress/episode.hpp"
#include "stress/shrink.hpp"

namespace mailrig::stress {

struct campaign_options {
  std::size_t users = 1, devices = 0, rounds = 0;
  std::size_t operations = 0;  ///< of all users together; 0: no bound
  base::duration duration{};   ///< 0: no bound
  std::uint64_t seed = 1;
  bool keep_going = false;  ///< after the first violation
  bool allow_destructive = false;
  bool shrink = true;
  std::size_t tries = 0;        ///< of each smaller script; 0: one on a simulated target, three elsewhere
  std::filesystem::path trace;  ///< folder; empty: none
  std::shared_ptr<history::trace_budget> trace_budget;  ///< null: no limit
  std::filesystem::path out = ".";                      ///< folder for the shrunk scripts
  std::string command;                                  ///< with which the run can be repeated
  std::string where;  ///< "--target NAME ...": with which a scenario is played on the same target
  fresh_play fresh;   ///< for what was made small; may be empty
};

struct campaign_progress {
  std::size_t episodes = 0, commands = 0, violations = 0;
  std::size_t left_off = 0;  ///< episodes that the end of the run's time cut short
  std::string doing;
};

/// One result for what passed, one for each violation. `progress` may be called from any thread, one at a time.
history::run_record run_campaign(arena const& a, workload const& w, campaign_options const& o,
                                 std::function<void(campaign_progress const&)> const& progress,
                                 std::atomic<bool> const& interrupted);

}  // namespace mailrig::stress
