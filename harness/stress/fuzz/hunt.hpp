// hunt: a fuzzing run by one protocol: draws inputs, plays them in batches, keeps those that meet something new, and
// makes what breaks a rule a small scenario.
#pragma once

#include "stress/fuzz/batch.hpp"
#include "stress/fuzz/corpus.hpp"
#include "stress/fuzz/suspicion.hpp"
#include "stress/shrink.hpp"

namespace mailrig::stress {

struct hunt_options {
  history::protocol proto = history::protocol::imap;
  std::uint64_t seed = 1;
  std::chrono::seconds duration{0};  ///< 0: no bound
  std::size_t inputs = 0;            ///< at most so many are drawn; 0: no bound
  std::size_t findings = 0;          ///< it ends after so many different ones; 0: no bound
  bool resume = false;               ///< goes on where the corpus' last run stopped, with its seed
  bool shrink = true;
  std::filesystem::path out;              ///< folder of what is found
  std::string where;                      ///< "--target NAME ...": with which a scenario is played on the same target
  std::string command;                    ///< with which the run can be repeated, without its seed
  fresh_play fresh;                       ///< for what was made small; may be empty
  std::function<std::uint64_t()> memory;  ///< octets that the server's processes have; empty: nobody knows
  /// A server that is held to be right: what it shows too is not held against the target. Null: none.
  arena const* reference = nullptr;
};

struct hunt_progress {
  std::size_t inputs = 0, commands = 0, plays = 0, sights = 0, kept = 0, findings = 0;
  std::string doing;
};

/// One result for the run, one for each finding. Commands of the corpus are played first. The fault: the corpus cannot
/// be written, or is another run's.
base::result<history::run_record> hunt(arena const& a, corpus& from, hunt_options const& o,
                                       std::function<void(hunt_progress const&)> const& progress,
                                       std::atomic<bool> const& interrupted);

}  // namespace mailrig::stress
