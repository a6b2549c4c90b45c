// MOVE, RFC 6851: COPY, STORE \Deleted and EXPUNGE in one step. Its responses are known already.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap {
namespace {
extension const move{.name = "MOVE", .rfc = "RFC 6851", .rules = {}, .commands = {{"MOVE", 4, false, true}}};
base::registrar const registered{move};
}  // namespace
}  // namespace mailrig::wire::imap
