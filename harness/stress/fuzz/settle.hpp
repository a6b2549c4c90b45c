// settle: makes an input one that a server can be held to, whatever chance has made of it: an answer is awaited exactly
// where one is due, and every session ends.
#pragma once

#include "stress/fuzz/input.hpp"

namespace mailrig::stress {

/// Whether a server that was sent these octets, between commands, owes an answer to whatever whole command comes next:
/// no literal is open, no line, and nothing that begins a conversation of another kind (IDLE, AUTHENTICATE, TLS).
bool leaves_nothing_open(std::string_view octets, history::protocol proto);

/// A command whose sequence set is none beyond doubt ("1,,2", "0", "1:"): a server that answers OK has taken something
/// else for what was said.
bool has_malformed_set(std::string_view line);

/// Whether each answer that a script awaits is due, as far as settle() would say so. Of a smaller script it need not
/// be.
bool awaits_what_is_due(scenario::script const& s);

/// Expectations are set anew. An input of too many steps or octets loses the last.
void settle(input& in);

}  // namespace mailrig::stress
