// UNSELECT, RFC 3691: leave the mailbox without expunging.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap {
namespace {
extension const unselect{.name = "UNSELECT", .rfc = "RFC 3691", .rules = {}, .commands = {{"UNSELECT", 4}}};
base::registrar const registered{unselect};
}  // namespace
}  // namespace mailrig::wire::imap
