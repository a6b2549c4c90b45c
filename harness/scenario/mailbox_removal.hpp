// mailbox_removal: mailboxes by the names that a server told, and their removal, whatever octets the names have.
#pragma once

#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// The names that LIST or LSUB tells, also where octets stand bare in them that only a string may have; none where it
/// is refused, which is for the scenarios about it.
std::vector<std::string> mailbox_names(stage& s, player& p, std::string_view verb, std::string const& pattern);

/// DELETE or UNSUBSCRIBE of a name as LIST told it; that it is refused is for the scenarios about it. Blocks.
void remove_mailbox(stage& s, player& p, std::string_view verb, std::string const& name);

}  // namespace mailrig::scenario
