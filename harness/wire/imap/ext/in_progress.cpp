// INPROGRESS, RFC 9585: how far a command has come.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::in_progress {
namespace {

bool number_or_nil(cursor& c) { return c.at_nil() ? c.nil("inprogress-state") : c.number("inprogress-state"); }

/// inprogress-tag = quoted / nil; a goal without a progress is none of the three states (RFC 9585 §5).
bool details(cursor& c) {
  if (c.peek() != ' ') return true;
  c.advance(1);
  std::size_t field = 0;
  bool counting = false;
  return c.list("INPROGRESS", [&] {
    switch (++field) {
      case 1:
        if (c.at_nil()) return c.nil("inprogress-tag");
        return c.peek() == '"' ? c.string("inprogress-tag") : c.fail("inprogress-tag", "expected a quoted tag or NIL");
      case 2: counting = !c.at_nil(); return number_or_nil(c);
      case 3:
        if (!c.at_nil() && !counting) return c.fail("inprogress-state", "a goal, and no progress");
        return c.at_nil() ? c.nil("inprogress-state") : c.nz_number("inprogress-state");
      default: return c.fail("INPROGRESS", "more than a tag, a progress and a goal");
    }
  }) && (field == 3 || c.fail("INPROGRESS", "expected a tag, a progress and a goal"));
}

extension const extension_{
    .name = "INPROGRESS", .rfc = "RFC 9585", .rules = {{place::code, "INPROGRESS", details}}, .commands = {}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::in_progress
