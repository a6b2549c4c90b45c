// command_grammar: whether a client's command is one (RFC 3501 §9): "It is a syntax error to send a command with
// missing or extraneous spaces or arguments" (§2.2.1). What extensions add is declared with them (grammar.hpp,
// command_form); what none of them declares needs to be well-formed values only.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace mailrig::wire::imap {

/// Where a whole command breaks the grammar first; nothing where it does not. Octets of a login are taken for what they
/// are after they were blotted out: they are not looked at. `utf8`: quoted strings may be UTF-8.
std::optional<base::fault> command_violation(std::string_view command, bool utf8);

}  // namespace mailrig::wire::imap
