// NOTIFY, RFC 5465: STATUS, LIST, METADATA and what concerns the selected mailbox come whenever something happens.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::notify {
namespace {
bool nothing(cursor&) { return true; }

extension const notify{.name = "NOTIFY",
                       .rfc = "RFC 5465",
                       .rules = {{place::code, "NOTIFICATIONOVERFLOW", nothing}},
                       .commands = {{"NOTIFY", 6}}};
base::registrar const registered{notify};
}  // namespace
}  // namespace mailrig::wire::imap::notify
