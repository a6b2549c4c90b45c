// arena: where scripts are played again and again: a target with what was learnt of it, the mail, the catalogue.
// A simulated target is fresh each time, so that the same script and seed have the same history, octet for octet.
#pragma once

#include <atomic>

#include "scenario/runner.hpp"
#include "scenario/suite.hpp"

namespace mailrig::stress {

struct arena {
  scenario::target const& where;
  scenario::mailroom const& mail;
  history::catalogue const& requirements;
  base::result<net::tls_context> trust;
  scenario::offer offered;
  base::limits limits;
  session::allowance allowed = {};
  history::level least = history::level::may;  ///< weaker findings are left out
  bool spread = false;                         ///< as of a scenario that is run

  /// Asks the target what it offers. The fault says why it lets nobody in.
  static base::result<arena> enter(scenario::target const& t, scenario::mailroom const& mail,
                                   history::catalogue const& requirements, base::limits const& limits);

  /// Everything that one run of a script varies in.
  struct part {
    std::size_t account = 0;  ///< of the target's; no two plays at a time on one
    std::uint64_t seed = 1;
    bool may_empty = false;
    scenario::next_operation go_on;
    std::filesystem::path trace;
    std::shared_ptr<history::trace_budget> trace_budget = nullptr;
    bool* refused = nullptr;  ///< as of a scenario that is run
    base::duration* stood_still = nullptr;
    bool* cut_short = nullptr;
    base::instant until{};  ///< nothing of it is waited for any longer; 0: as long as the arena's limits have it
    history::event_sink* listener = nullptr;  ///< is given each event too
    /// A play that is not well is followed by a look at the server: that it had to be started again is a finding,
    /// server.ended. Only where mailrig started it.
    bool watch_end = false;
  };
  /// Any thread.
  history::scenario_result play(scenario::script const& s, part const& p) const;
};

}  // namespace mailrig::stress
