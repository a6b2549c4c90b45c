// ID, RFC 2971: who the server says it is.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::id {
namespace {

bool id(cursor& c) {
  if (!c.sp("ID")) return false;
  if (c.at_nil()) return c.nil("id-params-list");
  std::size_t strings = 0;
  return c.list("id-params-list", [&] { return ++strings % 2 ? c.string("id field") : c.nstring("id value"); }) &&
         (strings % 2 == 0 || c.fail("id-params-list", "a field lacks its value"));
}

bool id_command(command_cursor& c) {
  if (!c.sp("id")) return false;
  if (c.looking_at("NIL")) return c.keyword("NIL", "id-params-list");
  return c.list("id-params-list",
                [&] { return c.string("id field") && c.sp("id-params-list") && c.nstring("id value"); });
}

extension const extension_{.name = "ID",
                           .rfc = "RFC 2971",
                           .rules = {{place::data, "ID", id}},
                           .commands = {{"ID", 7}},
                           .forms = {{form_place::command, "ID", id_command}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::id
