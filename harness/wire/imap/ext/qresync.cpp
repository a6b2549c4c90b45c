// QRESYNC, RFC 7162 §3.2: VANISHED names expunged messages by UID; CLOSED parts the old mailbox from the new.
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::qresync {
namespace {

bool vanished(cursor& c) {
  if (!c.sp("VANISHED")) return false;
  if (c.peek() == '(') {
    std::size_t words = 0;
    if (!c.list(
            "VANISHED",
            [&] {
              return ++words == 1 && c.looking_at("EARLIER)") ? c.atom("VANISHED")
                                                              : c.fail("VANISHED", "expected (EARLIER)");
            },
            1) ||
        !c.sp("VANISHED"))
      return false;
  }
  auto const start = c.offset();
  if (!c.sequence_set("known-uids")) return false;
  return c.out().octets().substr(start, c.offset() - start).find('*') == std::string_view::npos ||
         c.fail("known-uids", "'*' may not stand in VANISHED");
}

bool nothing(cursor&) { return true; }

extension const qresync{.name = "QRESYNC",
                        .rfc = "RFC 7162",
                        .rules = {{place::data, "VANISHED", vanished}, {place::code, "CLOSED", nothing}},
                        .commands = {}};
base::registrar const registered{qresync};

}  // namespace
}  // namespace mailrig::wire::imap::qresync
