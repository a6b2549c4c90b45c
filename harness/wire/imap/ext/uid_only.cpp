// UIDONLY, RFC 9586: FETCH data that go by UID, and the code for who says a message number.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::uid_only {
namespace {
bool nothing(cursor&) { return true; }
bool uid_fetch(cursor& c) { return find_rule(place::numbered, "FETCH")->read(c); }

extension const extension_{.name = "UIDONLY",
                           .rfc = "RFC 9586",
                           .rules = {{place::numbered, "UIDFETCH", uid_fetch}, {place::code, "UIDREQUIRED", nothing}},
                           .commands = {}};
base::registrar const registered{extension_};
}  // namespace
}  // namespace mailrig::wire::imap::uid_only
