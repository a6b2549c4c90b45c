// WITHIN, RFC 5032: OLDER and YOUNGER, seconds between a message's INTERNALDATE and now.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::within {
namespace {
extension const extension_{.name = "WITHIN",
                           .rfc = "RFC 5032",
                           .rules = {},
                           .commands = {},
                           .forms = {{form_place::search_key, "OLDER", nz_number_value},
                                     {form_place::search_key, "YOUNGER", nz_number_value}}};
base::registrar const registered{extension_};
}  // namespace
}  // namespace mailrig::wire::imap::within
