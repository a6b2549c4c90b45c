// COMPRESS, RFC 4978; UNAUTHENTICATE, RFC 8437: commands that add no data of their own.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::compress {
namespace {
bool nothing(cursor&) { return true; }

bool algorithm(command_cursor& c) { return c.sp("algorithm") && c.atom("algorithm"); }

extension const compress{.name = "COMPRESS=DEFLATE",
                         .rfc = "RFC 4978",
                         .rules = {{place::code, "COMPRESSIONACTIVE", nothing}},
                         .commands = {{"COMPRESS", 6}},
                         .forms = {{form_place::command, "COMPRESS", algorithm}}};
extension const unauthenticate{.name = "UNAUTHENTICATE",
                               .rfc = "RFC 8437",
                               .rules = {},
                               .commands = {{"UNAUTHENTICATE", 6}},
                               .forms = {{form_place::command, "UNAUTHENTICATE", no_arguments}}};
base::registrar const registered[] = {base::registrar{compress}, base::registrar{unauthenticate}};
}  // namespace
}  // namespace mailrig::wire::imap::compress
