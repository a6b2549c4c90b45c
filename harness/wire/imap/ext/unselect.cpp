// UNSELECT, RFC 3691: leave the mailbox without expunging.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::unselect {
namespace {
extension const unselect{.name = "UNSELECT",
                         .rfc = "RFC 3691",
                         .rules = {},
                         .commands = {{"UNSELECT", 4}},
                         .forms = {{form_place::command, "UNSELECT", no_arguments}}};
base::registrar const registered{unselect};
}  // namespace
}  // namespace mailrig::wire::imap::unselect
