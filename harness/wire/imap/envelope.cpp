// envelope: RFC 3501 §9 "envelope": ten fields in fixed order.
#include "wire/imap/message_data.hpp"

namespace mailrig::wire::imap {
namespace {

bool address(cursor& c) {
  std::size_t fields = 0;
  return c.list("address", [&] {
    if (++fields > 4) return c.fail("address", "an address has four fields");
    return c.nstring("address");
  }) && (fields == 4 || c.fail("address", "an address has four fields"));
}

bool addresses(cursor& c) {
  if (c.at_nil()) return c.nil("env-addresses");
  return c.list(
      "env-addresses", [&] { return address(c); }, 1, 0);
}

}  // namespace

bool envelope(cursor& c) {
  std::size_t field = 0;
  return c.list("envelope", [&] {
    ++field;
    if (field > 10) return c.fail("envelope", "an envelope has ten fields");
    return field >= 3 && field <= 8 ? addresses(c) : c.nstring("envelope");
  }) && (field == 10 || c.fail("envelope", "an envelope has ten fields"));
}

}  // namespace mailrig::wire::imap
