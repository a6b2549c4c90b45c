// beginning: what a script brings about by its lines can be so from its beginning, and the lines for it are gone: a
// session is logged in, has INBOX open, a message lies there.
#pragma once

#include "scenario/script.hpp"

namespace mailrig::scenario {

/// The session's first operation is no more needed: `login` of one that is closed, SELECT or EXAMINE of INBOX, alone
/// with its answer, of one that is authenticated. False: there is nothing of the kind, and the script is as it was.
bool begin_later(script& s, std::size_t session);

/// The operation puts one of the messages into INBOX, and is answered: `mail` has it then. False: it does not.
bool lie_there(script& s, std::size_t operation);

/// Without sessions that do nothing; lines are numbered anew. A single one is called "client".
script without_idle_sessions(script s);
/// Without messages that it brings along and nobody is given.
script without_unused_messages(script s);

}  // namespace mailrig::scenario
