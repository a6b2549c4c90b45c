// ENABLE, RFC 5161: ENABLED lists what has been switched on.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::enable {
namespace {

bool enabled(cursor& c) {
  while (c.peek() == ' ') {
    c.advance(1);
    if (!c.atom("capability")) return false;
  }
  return true;
}

bool capabilities(command_cursor& c) {
  do
    if (!c.sp("enable") || !c.atom("capability")) return false;
  while (c.peek() == ' ');
  return true;
}

extension const enable{.name = "ENABLE",
                       .rfc = "RFC 5161",
                       .rules = {{place::data, "ENABLED", enabled}},
                       .commands = {{"ENABLE", 6}},
                       .forms = {{form_place::command, "ENABLE", capabilities}}};
base::registrar const registered{enable};

}  // namespace
}  // namespace mailrig::wire::imap::enable
