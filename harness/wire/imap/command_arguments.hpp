// command_arguments: productions of what clients write that more than one command has, and the commands whose arguments
// are more than a few words (RFC 3501 §9: append, fetch, store, search). Extensions build their forms of them.
#pragma once

#include "wire/imap/command_cursor.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap {

/// Each reads what stands behind the command's name, with the space before it, as command_cursor does.
bool append_arguments(command_cursor& c);
bool fetch_arguments(command_cursor& c);
/// One fetch-att, without a space before it.
bool fetch_att(command_cursor& c);
bool store_arguments(command_cursor& c);
bool search_arguments(command_cursor& c);
inline bool no_arguments(command_cursor&) { return true; }
bool mailbox_argument(command_cursor& c);
bool set_argument(command_cursor& c);
bool set_and_mailbox(command_cursor& c);

/// [SP flag-list] [SP date-time] SP literal, or what extensions have before the literal or for it (RFC 4466 §2.7)
bool append_message(command_cursor& c);

/// SP nz-number
bool nz_number_value(command_cursor& c);
/// SP date
bool date_value(command_cursor& c);

/// One name that an extension may have at that place, and what belongs to it; of a name that none has there, a value
/// that looks like one (RFC 4466 §9, tagged-ext-val).
bool option(command_cursor& c, form_place where, std::string_view production);
/// "(" [option *(SP option)] ")"
bool options(command_cursor& c, form_place where, std::string_view production);
/// [SP "(" option ... ")"]
bool parameters(command_cursor& c, form_place where, std::string_view production);

/// One search-key, without a space before it.
bool search_key(command_cursor& c);
/// 1*(SP search-key)
bool search_keys(command_cursor& c);
/// [SP "RETURN" SP "(" [option ...] ")"] (RFC 4466 §2.6.1)
bool search_return(command_cursor& c);

}  // namespace mailrig::wire::imap
