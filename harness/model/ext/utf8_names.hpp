// utf8_names: what RFC 6855 changes in a conversation: after ENABLE UTF8=ACCEPT names of mailboxes are UTF-8, which
// others know in modified UTF-7; and until then messages whose headers are not ASCII may be shown as others (§7, §8).
#pragma once

#include <string>
#include <string_view>

#include "wire/imap/command.hpp"

namespace mailrig::model {

class imap_session;

/// The mailboxes that a command of such a session names, in modified UTF-7, so that a mailbox has one name for all.
void names_in_utf7(wire::imap::command& c);
/// The mailbox that a response names, likewise; INBOX in upper case.
std::string told_mailbox(imap_session const& s, std::string_view name);

/// The server knows UTF-8, and this session has not enabled it.
bool is_legacy(imap_session const& s);
/// Octets above 127 in the header that the octets begin with.
bool begins_wide(std::string_view octets);

}  // namespace mailrig::model
