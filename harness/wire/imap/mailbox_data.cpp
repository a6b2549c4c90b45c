// mailbox_data: FLAGS, LIST, LSUB, SEARCH, STATUS, EXISTS, RECENT (RFC 3501 §7.2, §7.3) and the base commands.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::mailbox_data {
namespace {

bool flags(cursor& c) {
  return c.sp("FLAGS") && c.list("flag-list", [&] { return c.flag(); });
}

bool delimiter(cursor& c) {
  if (c.at_nil()) return c.nil("mailbox-list");
  auto const plain = c.peek() == '"' && c.peek(1) != '\\' && c.peek(1) != '"' && c.peek(2) == '"';
  auto const escaped = c.peek() == '"' && c.peek(1) == '\\' && c.peek(3) == '"';
  if (!plain && !escaped) return c.fail("mailbox-list", "the hierarchy delimiter must be NIL or one quoted character");
  return c.string("mailbox-list");
}

bool list_extended(cursor& c) {
  auto const name = c.offset();
  bool const is_quoted = c.peek() == '"';
  if (!c.astring("mbox-list-extended-item-tag") || !c.sp("mbox-list-extended-item")) return false;
  auto word = c.out().octets().substr(name, c.offset() - name - 1);
  if (is_quoted) word = word.substr(1, word.size() - 2);
  auto const* r = find_rule(place::list_item, word);
  return r ? r->read(c) : c.any("mbox-list-extended-item");
}

bool mailbox_list(cursor& c) {
  if (!c.sp("mailbox-list") || !c.list("mbx-list-flags", [&] {
        if (c.peek() != '\\') return c.fail("mbx-list-flags", "an attribute begins with '\\'");
        return c.flag("mbx-list-flags");
      }))
    return false;
  return c.sp("mailbox-list") && delimiter(c) && c.sp("mailbox-list") && c.mailbox();
}

bool list(cursor& c) {
  if (!mailbox_list(c)) return false;
  if (c.peek() != ' ') return true;
  c.advance(1);
  return c.list("mbox-list-extended", [&] { return list_extended(c); });
}

bool search(cursor& c) {
  bool found = false;
  while (c.peek() == ' ') {
    c.advance(1);
    if (c.peek() == '(') {
      if (!found) return c.fail("SEARCH", "what follows the numbers follows none");
      auto const open = c.out().open(c.offset());
      c.advance(1);
      auto const start = c.offset();
      auto const* r = find_rule(place::search_suffix, c.word());
      if (!r) return c.fail("SEARCH", "only message numbers may stand here");
      c.leaf(node_kind::atom, start);
      if (!r->read(c) || !c.skip(')', "SEARCH")) return false;
      c.out().close(open, c.offset());
      return true;
    }
    if (!c.nz_number("SEARCH")) return false;
    found = true;
  }
  return true;
}

bool status_item(cursor& c) {
  auto const start = c.offset();
  auto const word = c.word();
  if (word.empty()) return c.fail("status-att", "expected a status item");
  c.leaf(node_kind::atom, start);
  if (!c.sp("status-att-list")) return false;
  auto const* r = find_rule(place::status_item, word);
  return r ? r->read(c) : c.any("status-att-val");
}

bool status(cursor& c) {
  return c.sp("STATUS") && c.mailbox() && c.sp("STATUS") && c.list("status-att-list", [&] { return status_item(c); });
}

bool nothing(cursor&) { return true; }
bool number(cursor& c) { return c.number("status-att-val"); }
bool nz_number(cursor& c) { return c.nz_number("status-att-val"); }

constexpr std::uint8_t any_state = 7, authenticated = 6, selected = 4, before_login = 1;

extension const base_data{
    .name = "IMAP4rev1 mailbox data",
    .rfc = "RFC 3501",
    .rules = {{place::data, "FLAGS", flags},
              {place::data, "LIST", list},
              {place::data, "LSUB", mailbox_list},
              {place::data, "SEARCH", search},
              {place::data, "STATUS", status},
              {place::numbered, "EXISTS", nothing},
              {place::numbered, "RECENT", nothing},
              {place::numbered, "EXPUNGE", nothing},
              {place::status_item, "MESSAGES", number},
              {place::status_item, "RECENT", number},
              {place::status_item, "UIDNEXT", nz_number},
              {place::status_item, "UIDVALIDITY", nz_number},
              {place::status_item, "UNSEEN", number}},
    .commands = {{"CAPABILITY", any_state},
                 {"NOOP", any_state},
                 {"LOGOUT", any_state},
                 {"STARTTLS", before_login},
                 {"AUTHENTICATE", before_login},
                 {"LOGIN", before_login},
                 {"SELECT", authenticated},
                 {"EXAMINE", authenticated},
                 {"CREATE", authenticated},
                 {"DELETE", authenticated},
                 {"RENAME", authenticated},
                 {"SUBSCRIBE", authenticated},
                 {"UNSUBSCRIBE", authenticated},
                 {"LIST", authenticated},
                 {"LSUB", authenticated},
                 {"STATUS", authenticated},
                 {"APPEND", authenticated},
                 {"CHECK", selected},
                 {"CLOSE", selected},
                 {"EXPUNGE", selected, false, true},
                 {"SEARCH", selected, true, true},
                 {"FETCH", selected, true, true},
                 {"STORE", selected, true, true},
                 {"COPY", selected, false, true}},
};
base::registrar const registered{base_data};

}  // namespace
}  // namespace mailrig::wire::imap::mailbox_data
