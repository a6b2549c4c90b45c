// MOVE, RFC 6851: COPY, STORE \Deleted and EXPUNGE in one step. Its responses are known already.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::move {
namespace {
extension const move{
    .name = "MOVE",
    .rfc = "RFC 6851",
    .rules = {},
    .commands = {{"MOVE", 4, false, true}},
    .forms = {{form_place::command, "MOVE", set_and_mailbox}, {form_place::uid_command, "MOVE", set_and_mailbox}}};
base::registrar const registered{move};
}  // namespace
}  // namespace mailrig::wire::imap::move
