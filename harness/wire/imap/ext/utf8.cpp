// UTF8=ACCEPT, RFC 6855: messages with headers in UTF-8 in APPEND; and DOWNGRADED, RFC 6858 §3. That strings may be
// UTF-8 once it is enabled is the cursors' own.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::utf8 {
namespace {

/// utf8-literal = "UTF8" SP "(" literal8 ")" (RFC 6855 §4).
bool message(command_cursor& c) {
  if (!c.sp("utf8-literal") || !c.skip('(', "utf8-literal")) return false;
  if (c.peek() != '~') return c.fail("utf8-literal", "no literal8");
  return c.literal("literal8") && c.skip(')', "utf8-literal");
}

bool uids(cursor& c) { return c.sp("resp-text-code") && c.sequence_set("uid-set"); }

extension const extension_{
    .name = "UTF8=ACCEPT",
    .rfc = "RFC 6855",
    .rules = {{place::code, "DOWNGRADED", uids}},
    .commands = {},
    .forms = {{form_place::append_data, "UTF8", message}, {form_place::append_piece, "UTF8", message}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::utf8
