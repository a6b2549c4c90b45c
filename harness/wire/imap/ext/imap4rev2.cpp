// IMAP4rev2, RFC 9051: what it adds to the extensions that it includes: a code. LIST's OLDNAME is that of RFC 5465.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::imap4rev2 {
namespace {

bool nothing(cursor&) { return true; }

extension const extension_{
    .name = "IMAP4REV2", .rfc = "RFC 9051", .rules = {{place::code, "HASCHILDREN", nothing}}, .commands = {}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::imap4rev2
