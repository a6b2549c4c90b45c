// suspicion: which findings of a play are a server's fault beyond doubt. Once a client has said what is no command, or
// half of one, or many at once, nobody knows what the server took it for and when: only what holds whatever was said
// counts.
#pragma once

#include "history/run_record.hpp"
#include "stress/fuzz/coverage.hpp"

namespace mailrig::stress {

/// The grammar of what a server says, other users' mail, BYE before it closes, tags that nobody has given; and whatever
/// a script expects. `octets` are those that the session's input sends as they stand.
bool holds_whatever_was_said(history::finding const& f, watcher& seen, std::string_view octets = {});

/// What else holds of a session that said nothing odd, whatever other sessions did: what it is told of itself and of
/// its own mailbox or maildrop. What other sessions must have done to it is for nobody to say.
bool holds_of_plain_words(history::finding const& f);

/// What makes two findings look alike: the rule, or what was awaited and came, without numbers and without what stands
/// in quotes.
std::string shape_of(history::finding const& f);

}  // namespace mailrig::stress
