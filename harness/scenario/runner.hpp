// runner: plays one script against one account and says what it found.
#pragma once

#include <functional>

#include "base/rng.hpp"
#include "history/trace.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/script.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// Writes more of a script while it is played, one operation at each call; nothing ends it. The stage's first session
/// is the one that prepared the account; the script's follow in their order.
using next_operation = std::function<std::optional<operation>(stage&)>;

/// The account of the sessions that say @2.
struct second_user {
  session::credentials who;
  bool may_empty = false;
};

struct runner_options {
  std::uint64_t seed = 1;
  bool may_empty = false;                               ///< mail that is there may be removed
  std::filesystem::path trace;                          ///< file to write events to; empty: none
  std::shared_ptr<history::trace_budget> trace_budget;  ///< of all that the run writes; null: no limit
  history::catalogue const* requirements = nullptr;
  std::vector<check::checker_kind const*> checkers;
  base::limits limits;
  session::allowance allowed;
  std::optional<second_user> second;  ///< needed where the script has a second user; else only seen to be served
  base::result<net::tls_context> const* trust = nullptr;  ///< made once a run: it reads the system's certificates
  std::string box;                                        ///< $box: a mailbox name that nobody else uses
  std::string delimiter = "/";
  bool utf8_only = false;  ///< the server is known to serve nobody who has not enabled UTF8=ACCEPT (RFC 6855 §6)
  history::event_sink* listener = nullptr;  ///< is given each event too
  bool* unclean = nullptr;  ///< set where an account could not be emptied: what lies there disturbs whoever comes next
  bool* refused = nullptr;  ///< set where a NO, or a BYE that nobody asked for, cut the conversation short
  bool* found_empty = nullptr;  ///< set where the account was seen without mail before anything was put there
  bool* silent = nullptr;  ///< set where the server's silence, or its slowness, kept the scenario from what it is about
  base::duration* stood_still = nullptr;  ///< set to how late the rig's own loop was
  bool* cut_short = nullptr;              ///< set where it was not played to its end: interrupted, or its time was over
  next_operation go_on;                   ///< asked when the script's own operations have been played; may be empty
};

/// The rule of the finding that APPEND did not keep the flags of a scenario's mail; it says nothing of the scenario.
inline constexpr char const* flags_not_appended = "preparation.flags";

/// What a result that is no error comes to: the worst of its findings, those aside that only follow from others; where
/// it has a reason why it was not played to its end, `unknown` at least.
history::verdict grade(history::scenario_result const& r);

/// Prepares the account, plays, cleans up. Runs on the calling thread; `l` must be that thread's.
history::scenario_result run(net::loop& l, target const& t, session::credentials const& account, script const& s,
                             mailroom const& mail, runner_options const& options);

}  // namespace mailrig::scenario
