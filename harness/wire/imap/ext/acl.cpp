// ACL, RFC 4314: who may do what with a mailbox.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::acl {
namespace {

/// RFC 4314 §7: "only lowercase ASCII letters and digits are allowed".
bool rights(cursor& c) {
  if (c.peek() == '{') return c.astring("rights");
  bool const quoted = c.peek() == '"';
  for (std::size_t n = quoted; c.left() > n; ++n) {
    char const r = c.peek(n);
    if ((r >= 'a' && r <= 'z') || (r >= '0' && r <= '9')) continue;
    if (r == '"' || r == ' ' || r == '\r') break;
    return c.fail("rights", "rights are lower-case letters and digits");
  }
  return c.astring("rights");
}

bool acl(cursor& c) {
  if (!c.sp("acl-data") || !c.mailbox()) return false;
  while (c.peek() == ' ') {
    c.advance(1);
    if (!c.astring("identifier")) return false;
    if (c.peek() != ' ') return c.fail("acl-data", "an identifier lacks its rights");
    c.advance(1);
    if (!rights(c)) return false;
  }
  return true;
}

bool list_rights(cursor& c) {
  if (!c.sp("listrights-data") || !c.mailbox() || !c.sp("listrights-data") || !c.astring("identifier")) return false;
  if (c.peek() != ' ') return c.fail("listrights-data", "expected an identifier and its required rights");
  while (c.peek() == ' ') {
    c.advance(1);
    if (!rights(c)) return false;
  }
  return true;
}

bool my_rights(cursor& c) { return c.sp("myrights-data") && c.mailbox() && c.sp("myrights-data") && rights(c); }

// --- what clients write ----------------------------------------------------------------------------------------------

bool identifier_argument(command_cursor& c) {
  return mailbox_argument(c) && c.sp("identifier") && c.astring("identifier");
}
bool setacl_arguments(command_cursor& c) {
  return identifier_argument(c) && c.sp("mod-rights") && c.astring("mod-rights");
}

extension const extension_{
    .name = "ACL",
    .rfc = "RFC 4314",
    .rules = {{place::data, "ACL", acl},
              {place::data, "LISTRIGHTS", list_rights},
              {place::data, "MYRIGHTS", my_rights}},
    .commands = {{"SETACL", 6}, {"DELETEACL", 6}, {"GETACL", 6}, {"LISTRIGHTS", 6}, {"MYRIGHTS", 6}},
    .forms = {{form_place::command, "SETACL", setacl_arguments},
              {form_place::command, "DELETEACL", identifier_argument},
              {form_place::command, "GETACL", mailbox_argument},
              {form_place::command, "LISTRIGHTS", identifier_argument},
              {form_place::command, "MYRIGHTS", mailbox_argument}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::acl
