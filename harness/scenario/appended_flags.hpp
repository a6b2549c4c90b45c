// appended_flags: whether APPEND has kept the flags that it was given, which a server SHOULD do (RFC 3501 §6.3.11);
// where it has not, STORE sets them, so that scenarios about other things find the mail that they ask for.
#pragma once

#include "scenario/mailroom.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// Looks at an inbox that holds `mail` and nothing else, and mends it: which flags were left out ("\Seen of message
/// 2"); empty where none was, or nothing could be learned. Flags that PERMANENTFLAGS does not keep stay away. Leaves
/// no mailbox selected. The fault's rule is "keywords" where those cannot be set, "flags" where others do not stay;
/// blocks.
base::result<std::string> mend_appended_flags(stage& s, player& p, std::vector<message> const& mail);

}  // namespace mailrig::scenario
