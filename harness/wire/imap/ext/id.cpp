// ID, RFC 2971: who the server says it is.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap {
namespace {

bool id(cursor& c) {
  if (!c.sp("ID")) return false;
  if (c.at_nil()) return c.nil("id-params-list");
  std::size_t strings = 0;
  return c.list("id-params-list", [&] { return ++strings % 2 ? c.string("id field") : c.nstring("id value"); }) &&
         (strings % 2 == 0 || c.fail("id-params-list", "a field lacks its value"));
}

extension const extension_{
    .name = "ID", .rfc = "RFC 2971", .rules = {{place::data, "ID", id}}, .commands = {{"ID", 7}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap
