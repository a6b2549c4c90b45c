// OBJECTID, RFC 8474: names of mailboxes, messages and threads that outlast UIDs.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::objectid {
namespace {

/// "(" objectid ")": 1 to 255 letters, digits, "_" and "-".
bool object(cursor& c) {
  std::size_t ids = 0;
  return c.list(
      "objectid",
      [&] {
        if (++ids > 1) return c.fail("objectid", "one identifier stands here");
        auto const start = c.offset();
        auto allowed = [](char o) {
          return (o >= '0' && o <= '9') || (o >= 'a' && o <= 'z') || (o >= 'A' && o <= 'Z') || o == '_' || o == '-';
        };
        while (allowed(c.peek())) c.advance(1);
        if (c.offset() == start) return c.fail("objectid", "expected letters, digits, '_' or '-'");
        if (c.offset() - start > 255) return c.fail("objectid", "an identifier has at most 255 characters");
        c.leaf(node_kind::atom, start);
        return true;
      },
      1);
}
bool object_or_nil(cursor& c) { return c.at_nil() ? c.nil("THREADID") : object(c); }
bool after_space(cursor& c) { return c.sp("MAILBOXID") && object(c); }

bool asked_for(command_cursor& c) {
  if (!c.sp("search-key")) return false;
  auto const from = c.offset();
  if (!c.atom("objectid")) return false;
  auto const id = c.since(from);
  bool const good = id.size() <= 255 && id.find_first_not_of(
                                            "0123456789abcdefghijklmnopqrstuvwxyz"
                                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-") == id.npos;
  return good || c.fail("objectid", "not 1 to 255 letters, digits, '_' and '-'");
}

extension const objectid{.name = "OBJECTID",
                         .rfc = "RFC 8474",
                         .rules = {{place::fetch_item, "EMAILID", object},
                                   {place::fetch_item, "THREADID", object_or_nil},
                                   {place::status_item, "MAILBOXID", object},
                                   {place::code, "MAILBOXID", after_space}},
                         .commands = {},
                         .forms = {{form_place::fetch_item, "EMAILID", no_arguments},
                                   {form_place::fetch_item, "THREADID", no_arguments},
                                   {form_place::status_item, "MAILBOXID", no_arguments},
                                   {form_place::search_key, "EMAILID", asked_for},
                                   {form_place::search_key, "THREADID", asked_for}}};
base::registrar const registered{objectid};

}  // namespace
}  // namespace mailrig::wire::imap::objectid
