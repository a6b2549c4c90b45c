// append_codes: why APPEND took nothing (RFC 4469 §4, RFC 7889 §4); MULTIAPPEND, RFC 3502, adds nothing to answers.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::append_codes {
namespace {

/// badurl-response-code = "BADURL" SP url-resp-text, which has no "]".
bool bad_url(cursor& c) {
  if (!c.sp("badurl-response-code")) return false;
  auto const start = c.offset();
  while (c.left() > 0 && c.peek() != ']' && c.peek() != '\\' && is(c.peek(), text_bit)) c.advance(1);
  if (c.offset() == start) return c.fail("url-resp-text", "expected the URL");
  if (c.peek() != ']') return c.fail("url-resp-text", "an octet that no URL has");
  c.leaf(node_kind::text, start);
  return true;
}
bool nothing(cursor&) { return true; }

extension const codes{.name = "codes of APPEND",
                      .rfc = "RFC 4469",
                      .rules = {{place::code, "BADURL", bad_url}, {place::code, "TOOBIG", nothing}},
                      .commands = {}};
extension const multiappend{.name = "MULTIAPPEND", .rfc = "RFC 3502", .rules = {}, .commands = {}};
base::registrar const registered[] = {base::registrar{codes}, base::registrar{multiappend}};

}  // namespace
}  // namespace mailrig::wire::imap::append_codes
