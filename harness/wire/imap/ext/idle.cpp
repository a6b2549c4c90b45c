// IDLE, RFC 2177: the server may speak until the client says DONE.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::idle {
namespace {
extension const idle{.name = "IDLE",
                     .rfc = "RFC 2177",
                     .rules = {},
                     .commands = {{"IDLE", 6}},
                     .forms = {{form_place::command, "IDLE", no_arguments}}};
base::registrar const registered{idle};
}  // namespace
}  // namespace mailrig::wire::imap::idle
