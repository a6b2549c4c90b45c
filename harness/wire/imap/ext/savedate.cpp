// SAVEDATE, RFC 8514: when a message came to this mailbox.
#include "wire/imap/grammar.hpp"
#include "wire/imap/message_data.hpp"

namespace mailrig::wire::imap::savedate {
namespace {
bool date(cursor& c) { return c.at_nil() ? c.nil("SAVEDATE") : date_time(c); }

extension const savedate{
    .name = "SAVEDATE", .rfc = "RFC 8514", .rules = {{place::fetch_item, "SAVEDATE", date}}, .commands = {}};
base::registrar const registered{savedate};
}  // namespace
}  // namespace mailrig::wire::imap::savedate
