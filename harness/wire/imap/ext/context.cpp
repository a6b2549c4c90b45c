// CONTEXT, RFC 5267 (and PARTIAL of RFC 9394): windows on a search's result, and how the result changes.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::context {
namespace {

/// partial-range: two numbers, of which RFC 9394 allows both to count from the end ("-1:-100").
bool range(cursor& c) {
  auto const start = c.offset();
  bool const from_end = c.peek() == '-';
  for (int i = 0; i < 2; ++i) {
    if (i == 1 && !c.skip(':', "partial-range")) return false;
    if (from_end && !c.skip('-', "partial-range")) return false;
    auto const nodes = c.out().nodes().size();
    if (!c.nz_number("partial-range")) return false;
    c.out().rewind(nodes);
  }
  c.leaf(node_kind::atom, start);
  return true;
}

bool partial(cursor& c) {
  std::size_t field = 0;
  return c.list(
      "ret-data-partial",
      [&] {
        if (++field == 1) return range(c);
        if (field > 2) return c.fail("ret-data-partial", "expected ')'");
        return c.at_nil() ? c.nil("partial-results") : c.sequence_set("partial-results");
      },
      2);
}

/// "(" context-position SP sequence-set *(SP context-position SP sequence-set) ")".
bool moved(cursor& c) {
  std::size_t field = 0;
  return c.list(
             "ret-data-addto",
             [&] { return ++field % 2 ? c.number("context-position") : c.sequence_set("ret-data-addto"); }, 2) &&
         (field % 2 == 0 || c.fail("ret-data-addto", "a position lacks its messages"));
}

bool no_update(cursor& c) {
  return c.sp("NOUPDATE") && (c.peek() == '"' ? c.string("NOUPDATE") : c.fail("NOUPDATE", "expected a quoted tag"));
}

/// "PARTIAL" SP partial-range, as a client asks for it.
bool wanted_range(command_cursor& c) {
  if (!c.sp("modifier-partial")) return false;
  bool const from_end = c.peek() == '-';
  for (int i = 0; i < 2; ++i) {
    if (i == 1 && !c.skip(':', "partial-range")) return false;
    if (from_end && !c.skip('-', "partial-range")) return false;
    if (!c.nz_number("partial-range")) return false;
  }
  return true;
}

/// "UPDATE" ["(" fetch-att *(SP fetch-att) ")"], where NOTIFY is (RFC 5465 §8); its example has a space there (§7).
bool update(command_cursor& c) {
  bool const spaced = c.peek() == ' ' && c.peek(1) == '(';
  if (!spaced && c.peek() != '(') return true;
  return (!spaced || c.sp("modifier-update")) && c.list(
                                                     "modifier-update", [&] { return fetch_att(c); }, 1);
}

/// 1*(SP quoted)
bool cancelled(command_cursor& c) {
  do
    if (!c.sp("CANCELUPDATE") || c.peek() != '"' || !c.string("CANCELUPDATE"))
      return c.fail("CANCELUPDATE", "expected a quoted tag");
  while (c.peek() == ' ');
  return true;
}

extension const extension_{.name = "CONTEXT",
                           .rfc = "RFC 5267",
                           .rules = {{place::esearch_item, "PARTIAL", partial},
                                     {place::esearch_item, "ADDTO", moved},
                                     {place::esearch_item, "REMOVEFROM", moved},
                                     {place::code, "NOUPDATE", no_update}},
                           .commands = {{"CANCELUPDATE", 4}},
                           .forms = {{form_place::command, "CANCELUPDATE", cancelled},
                                     {form_place::search_return, "CONTEXT", no_arguments},
                                     {form_place::search_return, "UPDATE", update},
                                     {form_place::search_return, "PARTIAL", wanted_range},
                                     {form_place::fetch_modifier, "PARTIAL", wanted_range}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::context
