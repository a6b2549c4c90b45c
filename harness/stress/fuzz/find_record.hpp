// find_record: what a fuzzing run has found: each kind of finding once, as a small scenario that shows it every time,
// its trace and the octets in a folder.
#pragma once

#include "stress/fuzz/hunt.hpp"

namespace mailrig::stress {

class find_record {
 public:
  /// `until`: 0: no bound on the time that making small takes but its own. All must outlive it.
  find_record(arena const& a, hunt_options const& o, std::atomic<bool> const& interrupted, base::instant until);

  /// Looks into a finding of a play, and makes a result of it where it is none that is known.
  void take(batch const& b, std::uint64_t seed, history::finding const& f, history::scenario_result const& r,
            std::function<void(std::string const&)> const& tell);
  /// The results so far, as they were found.
  std::vector<history::scenario_result> results;
  std::size_t again = 0;     ///< findings of a kind that is known
  std::size_t doubtful = 0;  ///< that the reference shows too

 private:
  bool shown_by_reference(scenario::script const& s, std::string const& wanted) const;
  arena::part part(std::uint64_t seed) const;
  void made_small(shrunk const& small, std::string const& wanted, history::scenario_result& r);
  void not_again(batch const& b, std::string const& why, history::scenario_result& r);
  std::string write(std::string const& name, std::string const& ending, std::string_view octets,
                    history::scenario_result& r) const;

  arena const& arena_;
  hunt_options const& options_;
  std::atomic<bool> const& interrupted_;
  base::instant until_;
  std::map<std::string, std::size_t> looked_into_;  ///< identity -> how often
  std::set<std::string> known_;                     ///< shapes of findings, and of what they came to
};

}  // namespace mailrig::stress
