// PREVIEW, RFC 8970: the first words of a message. LAZY is a modifier of the request; the answer's item is PREVIEW.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::preview {
namespace {
bool text(cursor& c) { return c.nstring("msg-att-dynamic"); }

/// [SP "(" preview-mod *(SP preview-mod) ")"] (§6); other parentheses are modifiers of FETCH.
bool modifiers(command_cursor& c) {
  if (!c.looking_at(" (LAZY")) return true;
  return c.sp("preview-mod") && c.list(
                                    "preview-mod", [&] { return c.keyword("LAZY", "preview-mod"); }, 1);
}

extension const preview{.name = "PREVIEW",
                        .rfc = "RFC 8970",
                        .rules = {{place::fetch_item, "PREVIEW", text}},
                        .commands = {},
                        .forms = {{form_place::fetch_item, "PREVIEW", modifiers}}};
base::registrar const registered{preview};
}  // namespace
}  // namespace mailrig::wire::imap::preview
