// REPLACE, RFC 8508: a message appended and another removed in one step. Its responses are known already.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::replace {
namespace {

/// SP seq-number SP mailbox append-message (§5).
bool request(command_cursor& c) {
  if (!c.sp("replace")) return false;
  bool const number = c.peek() == '*' ? c.skip('*', "seq-number") : c.nz_number("seq-number");
  return number && c.sp("replace") && c.mailbox() && append_message(c);
}

extension const replace{
    .name = "REPLACE",
    .rfc = "RFC 8508",
    .rules = {},
    .commands = {{"REPLACE", 4, false, true}},
    .forms = {{form_place::command, "REPLACE", request}, {form_place::uid_command, "REPLACE", request}}};
base::registrar const registered{replace};

}  // namespace
}  // namespace mailrig::wire::imap::replace
