// COMPRESS, RFC 4978; REPLACE, RFC 8508; UNAUTHENTICATE, RFC 8437: commands that add no data of their own.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap {
namespace {
bool nothing(cursor&) { return true; }

extension const compress{.name = "COMPRESS=DEFLATE",
                         .rfc = "RFC 4978",
                         .rules = {{place::code, "COMPRESSIONACTIVE", nothing}},
                         .commands = {{"COMPRESS", 6}}};
extension const replace{.name = "REPLACE", .rfc = "RFC 8508", .rules = {}, .commands = {{"REPLACE", 4, false, true}}};
extension const unauthenticate{
    .name = "UNAUTHENTICATE", .rfc = "RFC 8437", .rules = {}, .commands = {{"UNAUTHENTICATE", 6}}};
base::registrar const registered[] = {base::registrar{compress}, base::registrar{replace},
                                      base::registrar{unauthenticate}};
}  // namespace
}  // namespace mailrig::wire::imap
