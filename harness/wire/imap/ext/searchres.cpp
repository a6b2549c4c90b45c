// SEARCHRES, RFC 5182: a search's result is kept by the server, and "$" stands for it.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::searchres {
namespace {
bool nothing(cursor&) { return true; }

extension const extension_{.name = "SEARCHRES",
                           .rfc = "RFC 5182",
                           .rules = {{place::code, "NOTSAVED", nothing}},
                           .commands = {},
                           .forms = {{form_place::search_return, "SAVE", no_arguments}}};
base::registrar const registered{extension_};
}  // namespace
}  // namespace mailrig::wire::imap::searchres
