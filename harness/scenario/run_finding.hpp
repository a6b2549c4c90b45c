// run_finding: what a run finds around its script: while the account is made ready and emptied, and of whoever has no
// part in an attack.
#pragma once

#include <string>

#include "history/finding.hpp"
#include "history/requirement.hpp"
#include "scenario/after_attack.hpp"

namespace mailrig::scenario {

/// A SHOULD of APPEND (RFC 3501 §6.3.11), whatever the scenario is about. `requirements` may be null, here and below.
history::finding flags_left_out(std::string const& which, history::catalogue const* requirements);
/// All mail was removed, and each command answered OK.
history::finding still_there(std::string const& text, history::protocol proto, history::catalogue const* requirements);
/// Somebody is not served after an attack, as before it.
history::finding not_served(unserved const& who, history::catalogue const* requirements);

}  // namespace mailrig::scenario
