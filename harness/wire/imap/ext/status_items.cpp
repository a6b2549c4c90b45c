// APPENDLIMIT, RFC 7889, and STATUS=SIZE, RFC 8438: what a mailbox takes and what it holds, in octets.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::status_items {
namespace {
bool limit(cursor& c) { return c.at_nil() ? c.nil("status-att-val") : c.number("status-att-val"); }
bool size(cursor& c) { return c.number64("status-att-val"); }

extension const append_limit{
    .name = "APPENDLIMIT", .rfc = "RFC 7889", .rules = {{place::status_item, "APPENDLIMIT", limit}}, .commands = {}};
extension const status_size{
    .name = "STATUS=SIZE", .rfc = "RFC 8438", .rules = {{place::status_item, "SIZE", size}}, .commands = {}};
base::registrar const registered[] = {base::registrar{append_limit}, base::registrar{status_size}};
}  // namespace
}  // namespace mailrig::wire::imap::status_items
