// SAVEDATE, RFC 8514: when a message came to this mailbox.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"
#include "wire/imap/message_data.hpp"

namespace mailrig::wire::imap::savedate {
namespace {
bool date(cursor& c) { return c.at_nil() ? c.nil("SAVEDATE") : date_time(c); }

extension const savedate{.name = "SAVEDATE",
                         .rfc = "RFC 8514",
                         .rules = {{place::fetch_item, "SAVEDATE", date}},
                         .commands = {},
                         .forms = {{form_place::fetch_item, "SAVEDATE", no_arguments},
                                   {form_place::search_key, "SAVEDBEFORE", date_value},
                                   {form_place::search_key, "SAVEDON", date_value},
                                   {form_place::search_key, "SAVEDSINCE", date_value},
                                   {form_place::search_key, "SAVEDATESUPPORTED", no_arguments}}};
base::registrar const registered{savedate};
}  // namespace
}  // namespace mailrig::wire::imap::savedate
