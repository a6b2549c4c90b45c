// bystander: sessions that have no part in an attack, and what a server owes them after it: to answer who is there, and
// to let in who comes (RFC 3501 says of a server's side of any session what these ask; nothing that one client sends
// changes it for another).
#pragma once

#include <optional>

#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// NOOP to a session that was there before; nothing where there is none, or it is not open by our own doing.
std::optional<stage::question> ask_whether_well(stage& s, player& p);
/// It is answered, or was ended in order, by BYE.
base::result<void> still_answers(stage& s, player& p, std::optional<stage::question> const& asked);
inline base::result<void> still_answers(stage& s, player& p) { return still_answers(s, p, ask_whether_well(s, p)); }
/// A new session of the stage's account is greeted and let in. A maildrop may be held for a moment by the session that
/// has just ended; who is refused for now is not held against anybody.
base::result<void> lets_in(stage& s, history::protocol proto);

}  // namespace mailrig::scenario
