// mailbox_removal: mailboxes by the names that a server told, and their removal, whatever octets the names have.
#pragma once

#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// The names in the answers to LIST or LSUB, also where octets stand bare in them that only a string may have.
std::vector<std::string> mailbox_names(std::vector<arrival_ptr> const& listed, std::string_view verb);

/// DELETE or UNSUBSCRIBE of a name as LIST told it; that it is refused is for the scenarios about it. Blocks.
void remove_mailbox(stage& s, player& p, std::string_view verb, std::string const& name);

}  // namespace mailrig::scenario
