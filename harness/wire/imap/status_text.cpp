// status_text: see status_text.hpp; RFC 3501 §7.1, §9.
#include "wire/imap/status_text.hpp"

#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap {
namespace {

bool free_code_arguments(cursor& c) {
  if (c.peek() != ' ') return true;
  c.advance(1);
  auto const start = c.offset();
  while (c.left() > 0 && c.peek() != ']' && is(c.peek(), text_bit)) c.advance(1);
  if (c.offset() == start) return c.fail("resp-text-code", "expected the code's arguments after the space");
  c.leaf(node_kind::text, start);
  return true;
}

bool code(cursor& c, response& out) {
  c.advance(1);
  auto const word = c.word();
  if (word.empty()) return c.fail("resp-text-code", "expected the name of a response code");
  out.code = word;
  out.code_from = std::uint32_t(out.data.nodes().size());
  if (auto const* r = find_rule(place::code, word)) {
    out.code = r->name;
    if (!r->read(c)) return false;
  } else if (!free_code_arguments(c)) {
    return false;
  }
  out.code_to = std::uint32_t(out.data.nodes().size());
  return c.skip(']', "resp-text-code") && c.sp("resp-text");
}

bool no_argument(cursor&) { return true; }
bool one_nz_number(cursor& c) { return c.sp("resp-text-code") && c.nz_number("resp-text-code"); }

bool badcharset(cursor& c) {
  if (c.peek() != ' ') return true;
  c.advance(1);
  return c.list(
      "BADCHARSET", [&] { return c.astring("charset"); }, 1);
}

bool permanentflags(cursor& c) {
  return c.sp("PERMANENTFLAGS") && c.list("PERMANENTFLAGS", [&] { return c.flag("flag-perm", true); });
}

bool capability_data(cursor& c) {
  do {
    if (!c.sp("capability-data") || !c.atom("capability")) return false;
  } while (c.peek() == ' ');
  return true;
}

extension const base_codes{
    .name = "IMAP4rev1 response codes",
    .rfc = "RFC 3501",
    .rules = {{place::code, "ALERT", no_argument},
              {place::code, "BADCHARSET", badcharset},
              {place::code, "CAPABILITY", capability_data},
              {place::code, "PARSE", no_argument},
              {place::code, "PERMANENTFLAGS", permanentflags},
              {place::code, "READ-ONLY", no_argument},
              {place::code, "READ-WRITE", no_argument},
              {place::code, "TRYCREATE", no_argument},
              {place::code, "UIDNEXT", one_nz_number},
              {place::code, "UIDVALIDITY", one_nz_number},
              {place::code, "UNSEEN", one_nz_number},
              {place::data, "CAPABILITY", capability_data}},
    .commands = {},
};
base::registrar const registered{base_codes};

}  // namespace

bool status_text(cursor& c, response& out) {
  if (c.peek() == '[' && !code(c, out)) return false;
  auto const start = c.offset();
  auto const eight = [&] { return c.allowed().utf8_text && static_cast<unsigned char>(c.peek()) >= 0x80; };
  while (c.left() > 0 && (is(c.peek(), text_bit) || eight())) c.advance(1);
  out.text = out.octets.substr(start, c.offset() - start);
  if (out.text.empty() && !c.allowed().rev2) return c.fail("resp-text", "the text may not be empty");
  if (c.peek() != '\r') return c.fail("TEXT-CHAR", "8-bit, NUL or stray CR in human-readable text");
  return true;
}

}  // namespace mailrig::wire::imap
