// imap_beginning: what the first lines of a log tell of the session before them: its greeting, its login.
#pragma once

#include <string_view>

#include "record/spoken.hpp"

namespace mailrig::record {

/// The tag of an answer to what was never sent, among the first that the server says: the login's.
std::string_view foreign_tag(dialogue const& of);

/// Whether the client logs in, within its first commands.
bool logs_in(dialogue const& of);

/// Whether the server greets before the client speaks.
bool greets(dialogue const& of);

}  // namespace mailrig::record
