// CHILDREN, RFC 3348: attributes of LIST, which mbx-list-flags takes already.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::children {
namespace {

extension const extension_{.name = "CHILDREN", .rfc = "RFC 3348", .rules = {}, .commands = {}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::children
