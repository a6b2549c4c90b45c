// bystander: sessions that have no part in an attack, and what a server owes them after it: to answer who is there, and
// to let in who comes (RFC 3501 says of a server's side of any session what these ask; nothing that one client sends
// changes it for another).
#pragma once

#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// A session that was there before: it is answered, or was ended in order, by BYE. One that is not open is passed over.
base::result<void> still_answers(stage& s, player& p);
/// A new session of the stage's account is greeted and let in. A maildrop may be held for a moment by the session that
/// has just ended; who is refused for now is not held against anybody.
base::result<void> lets_in(stage& s, history::protocol proto);

}  // namespace mailrig::scenario
