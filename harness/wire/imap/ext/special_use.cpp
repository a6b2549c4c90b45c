// SPECIAL-USE and CREATE-SPECIAL-USE, RFC 6154: uses are attributes of LIST, which mbx-list-flags takes already.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::special_use {
namespace {

bool nothing(cursor&) { return true; }

extension const shown{
    .name = "SPECIAL-USE", .rfc = "RFC 6154", .rules = {{place::code, "USEATTR", nothing}}, .commands = {}};
extension const made{.name = "CREATE-SPECIAL-USE", .rfc = "RFC 6154", .rules = {}, .commands = {}};
base::registrar const registered[] = {base::registrar{shown}, base::registrar{made}};

}  // namespace
}  // namespace mailrig::wire::imap::special_use
