// notify: NOTIFY SET by every filter and list of events, and what is told then of what another session does.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::notify {
namespace {

bool of_selected(choice const& c) { return c["filter"].starts_with("selected"); }
bool of_messages(choice const& c) {
  auto const e = c["events"];
  return e == "mail" || e == "mail-and-flags" || e == "with-items";
}

std::string events(explorer& x, choice const& c) {
  auto const form = c["events"];
  auto const word = [&](std::string_view text) { return x.cased(c["case"], text); };
  if (form == "none") return word("NONE");
  if (form == "names") return word("(MailboxName)");
  if (form == "names-and-subscriptions") return word("(SubscriptionChange MailboxName)");
  if (form == "mail") return word("(MessageExpunge MessageNew)");
  if (form == "with-items" && of_selected(c))
    return word("(MessageNew (UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)]) MessageExpunge)");
  return word("(MessageNew MessageExpunge FlagChange)");
}

std::string filter(explorer& x, choice const& c) {
  auto const form = c["filter"];
  auto const name = x.string(c["string"], x.box() + "-watched");
  bool const list = form.ends_with("-list");
  auto const word = x.cased(c["case"], form.substr(0, form.size() - (list ? 5 : 0)));
  if (list) return fmt::format("{} ({} INBOX {})", word, name, x.string("quoted", x.box() + "-none"));
  return form == "subtree" || form == "mailboxes" ? word + " " + name : word;
}

exploration const notify{exploration_kind{
    "notify",
    "NOTIFY SET by every filter and list of events, and what another session does then",
    history::protocol::imap,
    "RFC5465-6-01",
    {{"filter",
      {{"selected"},
       {"selected-delayed"},
       {"inboxes"},
       {"personal"},
       {"subscribed"},
       {"subtree"},
       {"subtree-list"},
       {"mailboxes"},
       {"mailboxes-list"}}},
     {"events", {{"mail"}, {"mail-and-flags"}, {"with-items"}, {"names"}, {"names-and-subscriptions"}, {"none"}}},
     {"status", {{"no"}, {"yes"}}},
     {"beside", {{"alone"}, {"selected"}, {"personal"}}},
     string_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      auto const name = x.string("quoted", x.box() + "-watched");
      x.make(x.box() + "-watched");
      std::string groups = fmt::format("({} {})", filter(x, c), events(x, c));
      if (c.is("beside", "selected") && !of_selected(c)) groups += " (selected (MessageNew MessageExpunge FlagChange))";
      if (c.is("beside", "personal")) groups += " (personal (MailboxName))";
      // What is asked of the selected mailbox are its messages' events; the rest may be too much.
      bool const misplaced = of_selected(c) && !of_messages(c) && !c.is("events", "none");
      auto const asked = x.ask(fmt::format("{} {}{} {}", x.cased(c["case"], "NOTIFY"), x.cased(c["case"], "SET"),
                                           c.is("status", "yes") ? x.cased(c["case"], " STATUS") : "", groups),
                               misplaced ? "BAD | NO" : "OK | NO", misplaced ? "RFC5465-6.1-01" : "");
      if (asked.ok()) {
        auto const text = x.letter();
        x.watch(fmt::format("APPEND {} {{{}}}\r\n{}", name, text.size(), text), "OK | NO");
        x.watch("SUBSCRIBE " + name, "OK | NO");
        x.watch("UNSUBSCRIBE " + name, "OK | NO");
        x.ask("NOOP", "OK");
        x.ask("NOTIFY NONE", "OK", "RFC5465-3.1-07");
      }
      // What was asked for stays so for the connection's life.
      x.drop();
      x.home();
    },
    "NOTIFY"}};

}  // namespace
}  // namespace mailrig::scenario::notify
