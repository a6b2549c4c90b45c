// session_word: how a scenario declares one session: "desk=pop3", "phone=imap/authenticated",
// "mallory=imap@2/greeting", "laptop@a", "phone@b=imap/selected".
#pragma once

#include "scenario/script.hpp"

namespace mailrig::scenario {

std::optional<start_state> state_named(std::string_view name);
inline constexpr char const* states_there_are = "state is closed, greeting, authenticated, selected or examined";

/// The fault's offset is that of the part of the word that is wrong.
base::result<session_declaration> read_session(std::string_view word);

}  // namespace mailrig::scenario
