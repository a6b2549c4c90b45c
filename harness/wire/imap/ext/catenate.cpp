// CATENATE, RFC 4469: a message for APPEND made of pieces. Its response codes are other files'.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::catenate {
namespace {

/// cat-part = "TEXT" SP literal / "URL" SP astring (RFC 4469 §5), and what others add.
bool piece(command_cursor& c) {
  if (!c.looking_at("TEXT ") && !c.looking_at("URL ")) {
    auto const from = c.offset();
    if (!c.atom("cat-part")) return false;
    auto const* other = find_form(form_place::append_piece, c.since(from));
    return other ? other->read(c) : c.fail("cat-part", "neither TEXT nor URL");
  }
  bool const text = c.looking_at("TEXT ");
  if (!c.keyword(text ? "TEXT" : "URL", "cat-part") || !c.sp("cat-part")) return false;
  return text ? c.literal("text-literal") : c.astring("url");
}
bool pieces(command_cursor& c) {
  return c.sp("append-data") && c.list(
                                    "append-data", [&] { return piece(c); }, 1);
}

extension const extension_{.name = "CATENATE",
                           .rfc = "RFC 4469",
                           .rules = {},
                           .commands = {},
                           .forms = {{form_place::append_data, "CATENATE", pieces}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::catenate
