// MESSAGELIMIT and SAVELIMIT, RFC 9738: how many messages a command has done, and the lowest UID of them.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::message_limit {
namespace {

bool limit(cursor& c) {
  if (!c.sp("message-limit") || !c.nz_number("message-limit")) return false;
  return c.peek() != ' ' || (c.sp("message-limit") && c.nz_number("uniqueid"));
}

extension const extension_{.name = "MESSAGELIMIT",
                           .rfc = "RFC 9738",
                           .rules = {{place::code, "MESSAGELIMIT", limit}},
                           .commands = {},
                           .forms = {{form_place::search_key, "UIDAFTER", nz_number_value},
                                     {form_place::search_key, "UIDBEFORE", nz_number_value}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::message_limit
