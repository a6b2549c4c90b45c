// METADATA, RFC 5464: annotations of mailboxes and of the server, asked for or told of as changed.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::metadata {
namespace {

bool entry(cursor& c) { return c.astring("entry"); }

bool entry_values(cursor& c) {
  std::size_t field = 0;
  return c.list(
             "entry-values", [&] { return ++field % 2 ? entry(c) : c.nstring8("value"); }, 2) &&
         (field % 2 == 0 || c.fail("entry-value", "an entry lacks its value"));
}

bool metadata(cursor& c) {
  if (!c.sp("metadata-resp") || !c.mailbox() || !c.sp("metadata-resp")) return false;
  if (c.peek() == '(') return entry_values(c);
  while (entry(c)) {
    if (c.peek() != ' ') return true;
    c.advance(1);
  }
  return false;
}

bool code(cursor& c) {
  if (!c.sp("METADATA")) return false;
  bool const number = c.looking_at("LONGENTRIES ") || c.looking_at("MAXSIZE ");
  if (!number && !c.looking_at("TOOMANY]") && !c.looking_at("NOPRIVATE]"))
    return c.fail("METADATA", "expected LONGENTRIES, MAXSIZE, TOOMANY or NOPRIVATE");
  return c.atom("METADATA") && (!number || (c.sp("METADATA") && c.number("METADATA")));
}

extension const extension_{.name = "METADATA",
                           .rfc = "RFC 5464",
                           .rules = {{place::data, "METADATA", metadata}, {place::code, "METADATA", code}},
                           .commands = {{"GETMETADATA", 6}, {"SETMETADATA", 6}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::metadata
