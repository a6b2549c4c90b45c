// Response codes of RFC 5530: bare words that say why.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::response_codes {
namespace {
bool nothing(cursor&) { return true; }

extension const codes{.name = "response codes",
                      .rfc = "RFC 5530",
                      .rules = {{place::code, "UNAVAILABLE", nothing},
                                {place::code, "AUTHENTICATIONFAILED", nothing},
                                {place::code, "AUTHORIZATIONFAILED", nothing},
                                {place::code, "EXPIRED", nothing},
                                {place::code, "PRIVACYREQUIRED", nothing},
                                {place::code, "CONTACTADMIN", nothing},
                                {place::code, "NOPERM", nothing},
                                {place::code, "INUSE", nothing},
                                {place::code, "EXPUNGEISSUED", nothing},
                                {place::code, "CORRUPTION", nothing},
                                {place::code, "SERVERBUG", nothing},
                                {place::code, "CLIENTBUG", nothing},
                                {place::code, "CANNOT", nothing},
                                {place::code, "LIMIT", nothing},
                                {place::code, "ALREADYEXISTS", nothing},
                                {place::code, "NONEXISTENT", nothing}},
                      .commands = {}};
base::registrar const registered{codes};
}  // namespace
}  // namespace mailrig::wire::imap::response_codes
