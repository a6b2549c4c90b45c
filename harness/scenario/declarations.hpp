// declarations: what a scenario's head says of its mail and its sessions, read.
#pragma once

#include "scenario/script.hpp"

namespace mailrig::scenario {

/// "plain x 4 tiny (\Seen) "05-Jan-2026 10:00:00 +0000"": copies, flags and the date are each left out where there is
/// none. The fault's offset is where in `text` it is wrong.
base::result<std::vector<mail_declaration>> read_mail_words(std::string_view text);

/// "laptop desk=pop3 phone=imap/authenticated". The same.
base::result<std::vector<session_declaration>> read_session_words(std::string_view text);

}  // namespace mailrig::scenario
