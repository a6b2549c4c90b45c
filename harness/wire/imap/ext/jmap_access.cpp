// JMAPACCESS, RFC 9698: where the same mail is to be had by JMAP.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::jmap_access {
namespace {

bool session_url(cursor& c) {
  return c.sp("jmapaccess") &&
         (c.peek() == '"' ? c.string("jmapaccess") : c.fail("jmapaccess", "expected a quoted URL"));
}

extension const extension_{.name = "JMAPACCESS",
                           .rfc = "RFC 9698",
                           .rules = {{place::data, "JMAPACCESS", session_url}},
                           .commands = {{"GETJMAPACCESS", 6}},
                           .forms = {{form_place::command, "GETJMAPACCESS", no_arguments}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::jmap_access
