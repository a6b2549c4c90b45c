// fetch_data: msg-att, the items of a FETCH response (RFC 3501 §7.4.2, §9).
#include "wire/imap/grammar.hpp"
#include "wire/imap/message_data.hpp"

namespace mailrig::wire::imap::fetch_data {
namespace {

bool item(cursor& c) {
  auto const start = c.offset();
  std::size_t length = 0;
  while (is(c.peek(length), atom_bit) && c.peek(length) != '[') ++length;
  auto const word = c.out().octets().substr(start, length);
  if (word.empty()) return c.fail("msg-att", "expected the name of a data item");
  c.advance(length);
  if (c.peek() == '[') {
    auto const* label = find_rule(place::section_label, word);
    if (!label) return c.fail("msg-att-static", "no data item of that name has a section");
    if (!label->read(c)) return false;
    c.leaf(node_kind::section, start);
    return c.sp("msg-att-static") && find_rule(place::section_value, word)->read(c);
  }
  c.leaf(node_kind::atom, start);
  if (!c.sp("msg-att")) return false;
  auto const* r = find_rule(place::fetch_item, word);
  return r ? r->read(c) : c.any("msg-att");
}

bool fetch(cursor& c) {
  return c.sp("msg-att") && c.list(
                                "msg-att", [&] { return item(c); }, 1);
}

bool flags(cursor& c) {
  return c.list("flag-fetch", [&] { return c.flag("flag-fetch"); });
}
bool internal_date(cursor& c) { return date_time(c); }
bool nstring(cursor& c) { return c.nstring("msg-att-static"); }
bool size(cursor& c) { return c.number("RFC822.SIZE"); }
bool uid(cursor& c) { return c.nz_number("uniqueid"); }
bool basic_body(cursor& c) { return body(c, false); }
bool full_body(cursor& c) { return body(c, true); }

extension const base_fetch{
    .name = "IMAP4rev1 FETCH data",
    .rfc = "RFC 3501",
    .rules = {{place::numbered, "FETCH", fetch},
              {place::section_label, "BODY", section_label},
              {place::section_value, "BODY", nstring},
              {place::fetch_item, "FLAGS", flags},
              {place::fetch_item, "ENVELOPE", envelope},
              {place::fetch_item, "INTERNALDATE", internal_date},
              {place::fetch_item, "RFC822", nstring},
              {place::fetch_item, "RFC822.HEADER", nstring},
              {place::fetch_item, "RFC822.TEXT", nstring},
              {place::fetch_item, "RFC822.SIZE", size},
              {place::fetch_item, "BODY", basic_body},
              {place::fetch_item, "BODYSTRUCTURE", full_body},
              {place::fetch_item, "UID", uid}},
    .commands = {},
};
base::registrar const registered{base_fetch};

}  // namespace
}  // namespace mailrig::wire::imap::fetch_data
