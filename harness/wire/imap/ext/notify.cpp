// NOTIFY, RFC 5465: STATUS, LIST, METADATA and what concerns the selected mailbox come whenever something happens;
// which of it, a client says in groups of events (§8).
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "wire/imap/command_arguments.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::wire::imap::notify {
namespace {

// --- what servers send -----------------------------------------------------------------------------------------------

bool nothing(cursor&) { return true; }

/// "BADEVENT" SP "(" event-name *(SP event-name) ")": an extension may bring more names.
bool bad_event(cursor& c) {
  return c.sp("unsupported-events-code") && c.list(
                                                "unsupported-events-code", [&] { return c.atom("event-name"); }, 1);
}

/// "(" mailbox ")"
bool old_name(cursor& c) {
  std::size_t names = 0;
  return c.list(
      "oldname-extended-item",
      [&] { return ++names > 1 ? c.fail("oldname-extended-item", "one name, and no more") : c.mailbox(); }, 1);
}

// --- what clients write ----------------------------------------------------------------------------------------------

constexpr std::array other_events{"MailboxName", "SubscriptionChange", "MailboxMetadataChange", "ServerMetadataChange"};

struct events_seen {
  bool arrival = false, removal = false, change = false;
};

/// `selected`: of the selected mailbox, where only what happens to messages has a place, and FETCH items may stand.
bool event(command_cursor& c, bool selected, events_seen& seen) {
  auto const from = c.offset();
  if (!c.atom("event")) return false;
  auto const name = c.since(from);
  auto const is = [&](std::string_view one) { return base::iequals(name, one); };
  if (selected && std::ranges::any_of(other_events, is)) return c.fail("event", "no event of a selected mailbox");
  seen.arrival = seen.arrival || is("MessageNew");
  seen.removal = seen.removal || is("MessageExpunge");
  seen.change = seen.change || is("FlagChange") || is("AnnotationChange");
  if (!is("MessageNew") || c.peek() != ' ' || c.peek(1) != '(') return true;
  if (!selected) return c.fail("message-event", "data items are for the selected mailbox");
  return c.sp("message-event") && c.list(
                                      "message-event", [&] { return fetch_att(c); }, 1);
}

bool events(command_cursor& c, bool selected) {
  if (c.peek() != '(') return c.keyword("NONE", "events");
  events_seen seen;
  if (!c.list(
          "events", [&] { return event(c, selected, seen); }, 1))
    return false;
  bool const both = seen.arrival && seen.removal;
  if ((seen.arrival || seen.removal || seen.change) && !both)
    return c.fail("events", "MessageNew and MessageExpunge go together");
  return true;
}

bool mailboxes(command_cursor& c) {
  if (!c.sp("filter-mailboxes")) return false;
  if (c.peek() != '(') return c.mailbox();
  return c.list(
      "many-mailboxes", [&] { return c.mailbox(); }, 1);
}

bool event_group(command_cursor& c, bool& selected) {
  if (!c.skip('(', "event-group")) return false;
  auto const from = c.offset();
  if (!c.atom("filter-mailboxes")) return false;
  auto const name = c.since(from);
  auto const is = [&](std::string_view one) { return base::iequals(name, one); };
  bool const of_selected = is("selected") || is("selected-delayed");
  if (of_selected && std::exchange(selected, true))
    return c.fail("filter-mailboxes", "the selected mailbox has one group");
  bool const named = is("subtree") || is("mailboxes");
  if (!of_selected && !named && !is("inboxes") && !is("personal") && !is("subscribed"))
    return c.fail("filter-mailboxes", "no such filter");
  if (named && !mailboxes(c)) return false;
  return c.sp("event-group") && events(c, of_selected) && c.skip(')', "event-group");
}

bool request(command_cursor& c) {
  if (!c.sp("notify")) return false;
  if (c.looking_at("NONE")) return c.keyword("NONE", "notify-none");
  if (!c.keyword("SET", "notify-set") || !c.sp("notify-set")) return false;
  if (c.peek() != '(' && !(c.keyword("STATUS", "status-indicator") && c.sp("notify-set"))) return false;
  bool selected = false;
  for (;;) {
    if (!event_group(c, selected)) return false;
    if (c.peek() != ' ') return true;
    c.sp("event-groups");
  }
}

extension const notify{.name = "NOTIFY",
                       .rfc = "RFC 5465",
                       .rules = {{place::code, "NOTIFICATIONOVERFLOW", nothing},
                                 {place::code, "BADEVENT", bad_event},
                                 {place::list_item, "OLDNAME", old_name}},
                       .commands = {{"NOTIFY", 6}},
                       .forms = {{form_place::command, "NOTIFY", request}}};
base::registrar const registered{notify};

}  // namespace
}  // namespace mailrig::wire::imap::notify
