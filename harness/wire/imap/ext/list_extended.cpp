// LIST-EXTENDED, RFC 5258: the item CHILDINFO; options of the command and attributes stand in the base grammar.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::list_extended {
namespace {

/// "(" list-select-base-opt-quoted *(SP list-select-base-opt-quoted) ")": quoted, and no literal (RFC 5258 §6).
bool child_info(cursor& c) {
  return c.list(
      "childinfo-extended-item",
      [&] {
        if (c.peek() != '"') return c.fail("list-select-base-opt-quoted", "a selection option stands in quotes");
        return c.string("list-select-base-opt-quoted");
      },
      1);
}

extension const extension_{
    .name = "LIST-EXTENDED", .rfc = "RFC 5258", .rules = {{place::list_item, "CHILDINFO", child_info}}, .commands = {}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::list_extended
