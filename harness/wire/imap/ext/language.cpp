// LANGUAGE and COMPARATOR, RFC 5255: in which language the server speaks, and how it compares.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::language {
namespace {

bool language(cursor& c) {
  return c.sp("language-data") && c.list(
                                      "language-data", [&] { return c.astring("lang-tag-quoted"); }, 1);
}

bool comparator(cursor& c) {
  if (!c.sp("comparator-data") || !c.astring("comp-sel-quoted")) return false;
  if (c.peek() != ' ') return true;
  c.advance(1);
  return c.list(
      "comparator-data", [&] { return c.astring("comp-id-quoted"); }, 1);
}

bool nothing(cursor&) { return true; }

/// *(SP astring)
bool names(command_cursor& c) {
  while (c.peek() == ' ')
    if (!c.sp("lang-range-quoted") || !c.astring("lang-range-quoted")) return false;
  return true;
}

extension const extension_{
    .name = "LANGUAGE",
    .rfc = "RFC 5255",
    .rules = {{place::data, "LANGUAGE", language},
              {place::data, "COMPARATOR", comparator},
              {place::code, "BADCOMPARATOR", nothing}},
    .commands = {{"LANGUAGE", 7}, {"COMPARATOR", 6}},
    .forms = {{form_place::command, "LANGUAGE", names}, {form_place::command, "COMPARATOR", names}}};
base::registrar const registered{extension_};

}  // namespace
}  // namespace mailrig::wire::imap::language
