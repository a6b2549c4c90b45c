// run_finding: what a run finds around its script: while the account is made ready and emptied, and of whoever has no
// part in an attack.
#pragma once

#include <string>

#include "history/finding.hpp"
#include "history/requirement.hpp"
#include "history/run_record.hpp"
#include "scenario/after_attack.hpp"

namespace mailrig::scenario {

/// A SHOULD of APPEND (RFC 3501 §6.3.11), whatever the scenario is about. `requirements` may be null, here and below.
history::finding flags_left_out(std::string const& which, history::catalogue const* requirements);
/// That APPEND drops flags is one finding, whatever number of scenarios have mail with flags: the first one has it.
void tell_once_of_flags(history::run_record& record);
/// All mail was removed, and each command answered OK.
history::finding still_there(std::string const& text, history::protocol proto, history::catalogue const* requirements);
/// NAMESPACE tells a personal prefix that is not made use of: no name at all (RFC 2342 §6), or none that is easily
/// said.
history::finding unusable_prefix(std::string const& why, bool no_name, history::catalogue const* requirements);
/// Somebody is not served after an attack, as before it.
history::finding not_served(unserved const& who, history::catalogue const* requirements);

}  // namespace mailrig::scenario
