// shrink: makes a script that shows a finding as small as it can while it still shows it, by playing ever smaller ones:
// fewer sessions, fewer commands, plainer arguments (delta debugging, after Zeller).
#pragma once

#include <atomic>
#include <functional>

#include "stress/arena.hpp"

namespace mailrig::stress {

/// Plays a script once on a server that has seen nothing else, as whoever gets the file will. Any thread.
using fresh_play = std::function<history::scenario_result(scenario::script const&, std::uint64_t seed)>;

struct shrink_options {
  arena::part part;       ///< account and seed of every play
  std::size_t tries = 1;  ///< a script that fails once in so many plays still fails
  std::size_t most_plays = 4000;
  std::chrono::seconds most_time{120};
  std::atomic<bool> const* interrupted = nullptr;  ///< once true, what is smallest so far is the result; may be null
  std::function<void(std::size_t plays, std::size_t operations)> progress;  ///< may be empty
  fresh_play fresh;                                                         ///< may be empty: played where it was found
  /// On a server that is right. Where the script passes there, what is made of it does too. May be empty.
  fresh_play correct;
  /// False: what this script shows is no fault of the server's, so that it is not played. May be empty.
  std::function<bool(scenario::script const&)> may_accuse;
};

struct shrunk {
  scenario::script script;
  history::scenario_result result;  ///< of a play that showed it
  std::size_t plays = 0;
  std::size_t shown = 0, asked = 0;  ///< how often the smallest one showed it, of how many plays
  std::uint64_t seed = 1;            ///< it needs this one; 1, which every play has by itself, when it needs none
  bool fresh = true;                 ///< on a server that had seen nothing else; else only where it was found
  bool passes = false;               ///< on the server that is right
};

/// What makes two findings the same: the checker's rule, or what a script's expectation was and met.
std::string identity(history::finding const& f);

/// A fault when the script does not show a finding of that identity at all.
base::result<shrunk> shrink(arena const& a, scenario::script s, std::string const& wanted, shrink_options const& o);

/// The file: the script with remarks on what it shows, where, what it needs for that, and how it was found. `play`: the
/// command that plays it, without a seed.
std::string shrunk_text(shrunk const& s, std::string const& wanted, std::string const& target, std::string const& play,
                        std::vector<std::string> const& origin);

}  // namespace mailrig::stress
