// BINARY, RFC 3516: parts with their transfer encoding undone, and their sizes.
#include "wire/imap/grammar.hpp"
#include "wire/imap/message_data.hpp"

namespace mailrig::wire::imap::binary {
namespace {

/// section-binary without an origin.
bool size_label(cursor& c) {
  auto const from = c.offset();
  if (!binary_label(c)) return false;
  return c.out().octets()[c.offset() - 1] == ']' ||
         (c.retry(from, c.out().nodes().size()), c.fail("section-binary", "a size has no origin"));
}
bool content(cursor& c) { return c.nstring8("msg-att-static"); }
bool size(cursor& c) { return c.number("BINARY.SIZE"); }
bool nothing(cursor&) { return true; }

extension const binary{.name = "BINARY",
                       .rfc = "RFC 3516",
                       .rules = {{place::section_label, "BINARY", binary_label},
                                 {place::section_value, "BINARY", content},
                                 {place::section_label, "BINARY.SIZE", size_label},
                                 {place::section_value, "BINARY.SIZE", size},
                                 {place::code, "UNKNOWN-CTE", nothing}},
                       .commands = {}};
base::registrar const registered{binary};

}  // namespace
}  // namespace mailrig::wire::imap::binary
