// body: RFC 3501 §9 "body", the structure of a message; BODYSTRUCTURE with extension data, BODY without.
#include "base/text.hpp"
#include "wire/imap/message_data.hpp"

namespace mailrig::wire::imap {
namespace {

bool parameters(cursor& c) {
  if (c.at_nil()) return c.nil("body-fld-param");
  std::size_t strings = 0;
  return c.list(
             "body-fld-param", [&] { return ++strings, c.string("body-fld-param"); }, 2) &&
         (strings % 2 == 0 || c.fail("body-fld-param", "a parameter lacks its value"));
}

bool disposition(cursor& c) {
  if (c.at_nil()) return c.nil("body-fld-dsp");
  std::size_t field = 0;
  return c.list("body-fld-dsp", [&] {
    ++field;
    if (field > 2) return c.fail("body-fld-dsp", "a disposition has a type and parameters");
    return field == 1 ? c.string("body-fld-dsp") : parameters(c);
  }) && (field == 2 || c.fail("body-fld-dsp", "a disposition has a type and parameters"));
}

bool language(cursor& c) {
  if (c.peek() == '(')
    return c.list(
        "body-fld-lang", [&] { return c.string("body-fld-lang"); }, 1);
  return c.nstring("body-fld-lang");
}

bool extension_value(cursor& c) {
  if (c.peek() == '(')
    return c.list(
        "body-extension", [&] { return extension_value(c); }, 1);
  if (c.peek() >= '0' && c.peek() <= '9') return c.number("body-extension");
  return c.nstring("body-extension");
}

/// What follows the first extension field (MD5 or the parameters of a multipart).
bool later_extensions(cursor& c) {
  for (int field = 0; c.peek() == ' '; ++field) {
    c.advance(1);
    bool const good = field == 0   ? disposition(c)
                      : field == 1 ? language(c)
                      : field == 2 ? c.nstring("body-fld-loc")
                                   : extension_value(c);
    if (!good) return false;
  }
  return true;
}

bool may_extend(cursor& c, bool extended) {
  return extended || c.fail("body", "BODY (unlike BODYSTRUCTURE) has no extension data");
}

bool multipart(cursor& c, bool extended) {
  while (c.peek() == '(')
    if (!body(c, extended)) return false;
  if (!c.sp("body-type-mpart") || !c.string("media-subtype")) return false;
  if (c.peek() != ' ') return true;
  if (!may_extend(c, extended)) return false;
  c.advance(1);
  return parameters(c) && later_extensions(c);
}

bool single(cursor& c, bool extended) {
  auto const type_node = c.out().nodes().size();
  if (!c.string("media-type") || !c.sp("body-type-1part") || !c.string("media-subtype")) return false;
  auto const text_of = [&](std::size_t i) {
    auto const& n = c.out().nodes()[i];
    return c.out().octets().substr(n.begin, n.size);
  };
  auto const type = text_of(type_node), subtype = text_of(type_node + 1);
  if (!c.sp("body-fields") || !parameters(c) || !c.sp("body-fields") || !c.nstring("body-fld-id") ||
      !c.sp("body-fields") || !c.nstring("body-fld-desc") || !c.sp("body-fields") || !c.string("body-fld-enc") ||
      !c.sp("body-fields") || !c.number("body-fld-octets"))
    return false;
  // message/global is described like message/rfc822 by RFC 9051; before it, it was a part like any other.
  bool const global = base::iequals(subtype, "GLOBAL") && c.peek() == ' ' && c.peek(1) == '(';
  bool const message = base::iequals(type, "MESSAGE") && (base::iequals(subtype, "RFC822") || global);
  if (message && (!c.sp("body-type-msg") || !envelope(c) || !c.sp("body-type-msg") || !body(c, extended))) return false;
  if ((message || base::iequals(type, "TEXT")) && (!c.sp("body-fld-lines") || !c.number("body-fld-lines")))
    return false;
  if (c.peek() != ' ') return true;
  if (!may_extend(c, extended)) return false;
  c.advance(1);
  return c.nstring("body-fld-md5") && later_extensions(c);
}

}  // namespace

bool body(cursor& c, bool extended) {
  // One production inside the parentheses; the list counts the nesting and writes the node.
  return c.list(
      "body", [&] { return c.peek() == '(' ? multipart(c, extended) : single(c, extended); }, 1, 0);
}

}  // namespace mailrig::wire::imap
