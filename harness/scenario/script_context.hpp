// script_context: what all that plays one script shares: its sessions, its values, its findings; and what it means when
// a session is refused or lost on the way.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/rng.hpp"
#include "history/run_record.hpp"
#include "scenario/runner.hpp"
#include "scenario/scripted_exchange.hpp"
#include "scenario/sending.hpp"
#include "scenario/stop.hpp"

namespace mailrig::scenario {

struct script_context {
  script_context(stage& s, script const& text, mailroom const& mail, runner_options const& o,
                 history::scenario_result& r);

  /// The session's by its number in the script; the stage's first is the one that prepared the account.
  player& player_of(std::size_t session) { return where.at(session + 1); }
  /// The script lets the server close this session, and it has: nothing is left to say to it or to expect of it.
  bool gone(std::size_t session);
  /// A session could not be brought to where the conversation begins: of what the scenario is about, nothing is known.
  stop not_there(player const& p, base::fault const& f, std::string_view command);
  /// The server refused what an action of the script does: a finding, unless the refusal says that it is for now.
  stop refused(operation const& o, player& p, base::fault const& f);
  /// The connection is closed, and the script has something to say on it.
  stop ended_early(operation const& o, player& p);
  /// An obstacle is in the way of a login: a finding, where it is a rule broken.
  stop kept_out(base::fault const& f, player const& p);
  stop error_at(operation const& o, std::string const& what) const;
  /// What the server has asked for in a SASL exchange is not to be answered.
  stop unanswerable(operation const& o, player& p, std::string const& why);
  /// Remembers that a NO, or a BYE that nobody asked for, came in the way: asked again, the server may well do it.
  void cut_short(player const& p, bool refused);
  /// Adds a finding about a player; the first of `proves`, or of the script's own, is the requirement that is broken.
  void add(history::finding f, player const& p, std::vector<std::string> const& proves);

  /// The same as it is: with a requirement of its own.
  void keep(history::finding f, player const& p);

  stage& where;
  script const& text;
  runner_options const& options;
  history::scenario_result& result;
  base::rng random;
  values known;
  sending out;
  scripted_exchanges exchanges;
  std::set<std::size_t> may_close;  ///< sessions of the script
};

/// The server is there, whatever it answers.
bool reached(player const& p);

}  // namespace mailrig::scenario
