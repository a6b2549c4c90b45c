// METADATA, RFC 5464: annotations of mailboxes and of the server, asked for or told of as changed.
#include "base/text.hpp"
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::metadata {
namespace {

/// RFC 5464 §3.2, §6: "/private" or "/shared" and what is below, no two slashes and none at the end, no wildcard.
bool entry(cursor& c) {
  if (c.peek() == '{') return c.astring("entry");
  auto const quoted = std::size_t(c.peek() == '"');
  std::size_t n = quoted;
  char last = '\0';
  for (; c.left() > n && c.peek(n) != '"' && c.peek(n) != '\r' && (quoted || (c.peek(n) != ' ' && c.peek(n) != ')'));
       ++n) {
    char const now = c.peek(n);
    if (now == '*' || now == '%') return c.fail("entry", "an entry has no wildcard");
    if (now == '/' && last == '/') return c.fail("entry", "an entry has no empty component");
    if (n == quoted && now != '/') return c.fail("entry", "an entry begins with /private or /shared");
    last = now;
  }
  if (last == '/') return c.fail("entry", "an entry does not end with a slash");
  bool const scoped = quoted ? c.looking_at("\"/private") || c.looking_at("\"/shared")
                             : c.looking_at("/private") || c.looking_at("/shared");
  if (!scoped) return c.fail("entry", "an entry begins with /private or /shared");
  return c.astring("entry");
}

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

// --- what clients write ----------------------------------------------------------------------------------------------

bool written_entry(command_cursor& c) { return c.astring("entry"); }

/// "MAXSIZE" SP number, "DEPTH" SP ("0" / "1" / "infinity"), or another (RFC 4466 §9, tagged-ext-val).
bool get_option(command_cursor& c) {
  if (c.looking_at("MAXSIZE ")) return c.atom("maxsize-opt") && c.sp("maxsize-opt") && c.number("maxsize-opt");
  bool const depth = c.looking_at("DEPTH ");
  if (!c.atom("getmetadata-option")) return false;
  if (c.peek() != ' ') return true;
  auto const from = c.offset() + 1;
  if (!c.sp("getmetadata-option") || !c.any("getmetadata-option")) return false;
  auto const value = c.since(from);
  return !depth || value == "0" || value == "1" || base::iequals(value, "infinity") ||
         c.fail("scope-opt", "0, 1 or infinity");
}
/// Some servers take the options behind the mailbox, where the RFC's examples have them.
bool get_options(command_cursor& c) {
  if (!c.looking_at(" (") || c.looking_at(" (/") || c.looking_at(" (\"/")) return true;
  return c.sp("getmetadata-options") && c.list(
                                            "getmetadata-options", [&] { return get_option(c); }, 1);
}
bool get_arguments(command_cursor& c) {
  if (!get_options(c) || !mailbox_argument(c) || !get_options(c) || !c.sp("entries")) return false;
  return c.peek() == '(' ? c.list(
                               "entries", [&] { return written_entry(c); }, 1)
                         : written_entry(c);
}
bool set_arguments(command_cursor& c) {
  return mailbox_argument(c) && c.sp("entry-values") &&
         c.list(
             "entry-values",
             [&] {
               if (!written_entry(c) || !c.sp("entry-value")) return false;
               return c.peek() == '~' ? c.skip('~', "value") && c.literal("value") : c.nstring("value");
             },
             1);
}

extension const extension_{.name = "METADATA",
                           .rfc = "RFC 5464",
                           .rules = {{place::data, "METADATA", metadata}, {place::code, "METADATA", code}},
                           .commands = {{"GETMETADATA", 6}, {"SETMETADATA", 6}},
                           .forms = {{form_place::command, "GETMETADATA", get_arguments},
                                     {form_place::command, "SETMETADATA", set_arguments}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::metadata
