// NAMESPACE, RFC 2342: personal, other users' and shared namespaces.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::namespaces {
namespace {

bool delimiter(cursor& c) {
  if (c.at_nil()) return c.nil("namespace");
  return c.peek() == '"' ? c.string("namespace") : c.fail("namespace", "expected NIL or a quoted delimiter");
}

bool one(cursor& c) {
  std::size_t field = 0;
  return c.list(
      "namespace",
      [&] {
        ++field;
        if (field == 1) return c.string("namespace prefix");
        if (field == 2) return delimiter(c);
        if (field % 2 == 1) return c.string("namespace extension");
        return c.list(
            "namespace extension", [&] { return c.string("namespace extension"); }, 1);
      },
      2);
}

bool many(cursor& c) {
  if (c.at_nil()) return c.nil("namespace");
  return c.list(
      "namespace", [&] { return one(c); }, 1, 0);
}

bool namespaces(cursor& c) {
  return c.sp("NAMESPACE") && many(c) && c.sp("NAMESPACE") && many(c) && c.sp("NAMESPACE") && many(c);
}

extension const extension_{.name = "NAMESPACE",
                           .rfc = "RFC 2342",
                           .rules = {{place::data, "NAMESPACE", namespaces}},
                           .commands = {{"NAMESPACE", 6}},
                           .forms = {{form_place::command, "NAMESPACE", no_arguments}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::namespaces
