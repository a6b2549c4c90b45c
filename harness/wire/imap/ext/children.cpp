// CHILDREN, RFC 3348, and SPECIAL-USE, RFC 6154: attributes of LIST, which mbx-list-flags takes already, and the item
// CHILDINFO that LIST-EXTENDED adds (RFC 5258 §3.5).
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap {
namespace {

bool child_info(cursor& c) {
  return c.list(
      "childinfo-extended-item", [&] { return c.string("list-select-base-opt-quoted"); }, 1);
}

extension const children{.name = "CHILDREN", .rfc = "RFC 3348", .rules = {}, .commands = {}};
extension const special_use{.name = "SPECIAL-USE", .rfc = "RFC 6154", .rules = {}, .commands = {}};
extension const list_extended{
    .name = "LIST-EXTENDED", .rfc = "RFC 5258", .rules = {{place::list_item, "CHILDINFO", child_info}}, .commands = {}};
extension const list_status{.name = "LIST-STATUS", .rfc = "RFC 5819", .rules = {}, .commands = {}};
base::registrar const registered[] = {base::registrar{children}, base::registrar{special_use},
                                      base::registrar{list_extended}, base::registrar{list_status}};

}  // namespace
}  // namespace mailrig::wire::imap
