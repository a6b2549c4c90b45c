// section: the label of BODY[...] (RFC 3501 §6.4.5, §9) and date-time.
#include "base/text.hpp"
#include "wire/imap/message_data.hpp"

namespace mailrig::wire::imap {
namespace {

bool header_list(cursor& c) {
  auto const nodes = c.out().nodes().size();
  if (!c.sp("header-list") || !c.list(
                                  "header-list", [&] { return c.astring("header-fld-name"); }, 1))
    return false;
  c.out().rewind(nodes);  // the label is one node; its names are read again by whoever needs them
  return true;
}

bool message_text(cursor& c, bool mime_allowed) {
  auto take = [&](std::string_view word) {
    auto const after = c.peek(word.size());
    if (!c.looking_at(word) || (is(after, atom_bit) && after != ']')) return false;
    c.advance(word.size());
    return true;
  };
  if (take("HEADER.FIELDS.NOT") || take("HEADER.FIELDS")) return header_list(c);
  if (take("HEADER") || take("TEXT")) return true;
  if (mime_allowed && take("MIME")) return true;
  return c.fail("section-spec", "expected a part number, HEADER, HEADER.FIELDS, TEXT or, after a part, MIME");
}

bool part_number(cursor& c) {
  if (c.peek() < '1' || c.peek() > '9') return c.fail("section-part", "a part number is not zero");
  while (c.peek() >= '0' && c.peek() <= '9') c.advance(1);
  return true;
}

bool section_spec(cursor& c) {
  if (c.peek() < '0' || c.peek() > '9') return message_text(c, false);
  for (;;) {
    if (!part_number(c)) return false;
    if (c.peek() != '.') return true;
    c.advance(1);
    if (c.peek() < '0' || c.peek() > '9') return message_text(c, true);
  }
}

bool digits(cursor& c, std::size_t count) {
  for (; count > 0; --count, c.advance(1))
    if (c.peek() < '0' || c.peek() > '9') return c.fail("date-time", "expected a digit");
  return true;
}

}  // namespace

namespace {

/// "]" ["<" number ">"].
bool end_of_label(cursor& c) {
  if (!c.skip(']', "section")) return false;
  if (c.peek() != '<') return true;
  c.advance(1);
  auto const nodes = c.out().nodes().size();
  if (!c.number("section origin")) return false;
  c.out().rewind(nodes);
  return c.skip('>', "section origin");
}

}  // namespace

bool section_label(cursor& c) {
  c.advance(1);
  return (c.peek() == ']' || section_spec(c)) && end_of_label(c);
}

bool binary_label(cursor& c) {
  c.advance(1);
  if (c.peek() == ']') return end_of_label(c);
  while (part_number(c))
    if (c.peek() != '.')
      return end_of_label(c);
    else
      c.advance(1);
  return false;
}

bool date_time(cursor& c) {
  if (!c.skip('"', "date-time")) return false;
  auto const start = c.offset();
  if (c.peek() == ' ') {
    c.advance(1);
    if (!digits(c, 1)) return false;
  } else if (!digits(c, 2)) {
    return false;
  }
  static constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (!c.skip('-', "date-time")) return false;
  bool known = false;
  for (auto month : months) known = known || c.looking_at(month);
  if (!known) return c.fail("date-month", "expected Jan to Dec");
  c.advance(3);
  if (!c.skip('-', "date-time") || !digits(c, 4) || !c.sp("date-time") || !digits(c, 2) || !c.skip(':', "time") ||
      !digits(c, 2) || !c.skip(':', "time") || !digits(c, 2) || !c.sp("date-time"))
    return false;
  if (c.peek() != '+' && c.peek() != '-') return c.fail("zone", "expected '+' or '-'");
  c.advance(1);
  if (!digits(c, 4)) return false;
  auto const text = c.out().octets().substr(start, c.offset() - start);
  auto const two = [&](std::size_t at) { return (text[at] == ' ' ? 0 : text[at] - '0') * 10 + text[at + 1] - '0'; };
  // "Empty data", RFC 2180 §4.1.3, of a message that is gone.
  bool const none = base::iequals(text, "00-Jan-0000 00:00:00 +0000");
  if ((two(0) < 1 && !none) || two(0) > 31 || two(12) > 23 || two(15) > 59 || two(18) > 60 || two(24) > 59) {
    c.retry(start, c.out().nodes().size());
    return c.fail("date-time", "day, hour, minute, second or zone out of range");
  }
  c.leaf(node_kind::quoted, start);
  return c.skip('"', "date-time");
}

}  // namespace mailrig::wire::imap
