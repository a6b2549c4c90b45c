// script_mail: the lines of a scenario's head that bring a message along: `message`.
#pragma once

#include <string_view>

#include "scenario/script.hpp"

namespace mailrig::scenario {

/// "NAME "octets"": adds a message, or goes on with the one of that name. The fault's offset is where in `value` it is
/// wrong.
base::result<void> read_message(std::string_view value, std::vector<message_text>& out);

}  // namespace mailrig::scenario
