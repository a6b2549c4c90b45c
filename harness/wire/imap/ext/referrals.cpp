// LOGIN-REFERRALS, RFC 2221, and MAILBOX-REFERRALS, RFC 2193: URLs of where a user or a mailbox is to be found.
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::referrals {
namespace {

/// "REFERRAL" 1*(SP url)
bool referral(cursor& c) {
  do {
    if (!c.sp("REFERRAL")) return false;
    auto const start = c.offset();
    while (c.left() > 0 && c.peek() != ']' && c.peek() != ' ' && is(c.peek(), text_bit)) c.advance(1);
    if (c.offset() == start) return c.fail("REFERRAL", "expected a URL");
    c.leaf(node_kind::text, start);
  } while (c.peek() == ' ');
  return true;
}

bool names(command_cursor& c) { return mailbox_argument(c) && c.sp("rlist") && c.list_mailbox(); }

extension const of_logins{.name = "LOGIN-REFERRALS", .rfc = "RFC 2221", .rules = {}, .commands = {}};
extension const of_mailboxes{.name = "MAILBOX-REFERRALS",
                             .rfc = "RFC 2193",
                             .rules = {{place::code, "REFERRAL", referral}},
                             .commands = {{"RLIST", 6}, {"RLSUB", 6}},
                             .forms = {{form_place::command, "RLIST", names}, {form_place::command, "RLSUB", names}}};
base::registrar const registered[] = {base::registrar{of_logins}, base::registrar{of_mailboxes}};

}  // namespace
}  // namespace mailrig::wire::imap::referrals
