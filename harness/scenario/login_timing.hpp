// login_timing: whether the time until a login is refused tells a known name from an unknown one: attempts with a wrong
// password in pairs, each over a connection of its own, and which of a pair comes first is drawn.
#pragma once

#include "base/rng.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

struct login_times {
  std::vector<double> known, unknown;  ///< milliseconds until the refusal; pairs have one index
  bool let_in = false;                 ///< a wrong password was taken
};

/// Up to `pairs` pairs, none begun after `most` of time; blocks. Fewer where connections are refused.
login_times time_refused_logins(stage& s, player& p, base::rng& random, std::size_t pairs, base::duration most);

/// What the times tell, for people: which takes longer, by how much and how sure that is; empty where they tell
/// nothing, and where there are too few. A difference counts that cannot be chance (p < 1e-6), that four of five pairs
/// show, and that is of half a millisecond at least.
std::string told_by_time(login_times const& t);
/// Failed logins, one after the other.
struct failure_times {
  std::vector<double> refused;   ///< milliseconds until each was refused
  std::vector<double> answered;  ///< until a command was answered that is no login, before each of them
  bool let_in = false;
};

/// Up to so many, each over a connection of its own, none begun after `most` of time; blocks.
failure_times time_failed_logins(stage& s, player& p, std::size_t count, base::duration most);

struct told_delay {
  std::string word;     ///< none, constant, growing; empty where too few came
  std::string figures;  ///< for people, with how sure it is
};
/// A delay counts that cannot be chance (p < 0.005), that nine of ten comparisons show, and that is of a tenth of a
/// second at least; that it grows, likewise (p < 0.01), between the first third and the last.
told_delay delay_of(failure_times const& t);

/// Enough pairs came that a difference would have been seen.
bool is_enough(login_times const& t);

}  // namespace mailrig::scenario
