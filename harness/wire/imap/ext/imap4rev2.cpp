// IMAP4rev2, RFC 9051: what it adds to the extensions that it includes: LIST's OLDNAME, and a code.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::imap4rev2 {
namespace {

bool nothing(cursor&) { return true; }

/// "(" mailbox ")".
bool old_name(cursor& c) {
  return c.skip('(', "oldname-extended-item") && c.mailbox() && c.skip(')', "oldname-extended-item");
}

extension const extension_{.name = "IMAP4REV2",
                           .rfc = "RFC 9051",
                           .rules = {{place::list_item, "OLDNAME", old_name}, {place::code, "HASCHILDREN", nothing}},
                           .commands = {}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::imap4rev2
