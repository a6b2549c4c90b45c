// PREVIEW, RFC 8970: the first words of a message. LAZY is a modifier of the request; the answer's item is PREVIEW.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::preview {
namespace {
bool text(cursor& c) { return c.nstring("msg-att-dynamic"); }

extension const preview{
    .name = "PREVIEW", .rfc = "RFC 8970", .rules = {{place::fetch_item, "PREVIEW", text}}, .commands = {}};
base::registrar const registered{preview};
}  // namespace
}  // namespace mailrig::wire::imap::preview
