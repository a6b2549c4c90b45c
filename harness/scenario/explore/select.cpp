// select: SELECT, EXAMINE, CLOSE, UNSELECT and STATUS, by names of every form and over whatever was selected before.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::select {
namespace {

std::string subject(explorer& x, std::string_view form) {
  if (form == "INBOX" || form == "inbox") return std::string(form);
  if (form == "missing") return x.box() + "-none";
  auto name = x.box() + (form == "spaced" ? "-a b" : form == "empty" ? "-empty" : "-there");
  if (x.make(name) && form != "empty")
    for (auto const* flags : {"(\\Seen)", "(\\Deleted)", ""}) {
      auto const text = x.letter();
      x.ask(
          fmt::format("APPEND {} {} {{{}}}\r\n{}", x.string("quoted", name), *flags ? flags : "()", text.size(), text),
          "OK", "RFC3501-6.3.11-10");
    }
  return name;
}

/// What the session has open when it asks.
void before(explorer& x, std::string_view form) {
  if (form == "selected" || form == "examined" || form == "same") return;
  // A SELECT that fails leaves nothing selected.
  x.ask("SELECT " + x.string("atom", x.box() + "-none"), "NO", "RFC3501-6.3.1-07");
}

exploration const select{exploration_kind{
    "select",
    "SELECT and EXAMINE, over what was selected before, and how the mailbox is left",
    history::protocol::imap,
    "RFC3501-6.3.1-01",
    {{"verb", {{"SELECT"}, {"EXAMINE"}}},
     {"name", {{"INBOX"}, {"inbox"}, {"there"}, {"empty"}, {"spaced"}, {"missing"}}},
     string_factor,
     {"before", {{"selected"}, {"none"}}},
     {"leave", {{"CLOSE"}, {"UNSELECT", "UNSELECT"}, {"SELECT"}, {"EXAMINE"}, {"nothing"}}},
     {"deleted", {{"none"}, {"some"}, {"all"}}},
     case_factor},
    +[](explorer& x, choice const& c) {
      auto const name = subject(x, c["name"]);
      bool const missing = c.is("name", "missing");
      before(x, c["before"]);
      auto const asked = x.ask(fmt::format("{} {}", x.cased(c["case"], c["verb"]), x.string(c["string"], name)),
                               missing ? "NO" : "OK");
      if (!asked.ok()) return;
      x.look();
      if (c.is("verb", "SELECT") && x.messages() > 0 && !c.is("deleted", "none")) {
        auto const set = c.is("deleted", "all") ? std::string("1:*") : x.set("list", false);
        x.ask(fmt::format("STORE {} +FLAGS (\\Deleted)", set), x.storing("\\Deleted"), "RFC3501-6.4.6-01");
      }
      auto const leave = c["leave"];
      if (leave == "CLOSE" || leave == "UNSELECT") x.ask(x.cased(c["case"], leave), "OK", "RFC3501-6.4.2-01");
      if (leave == "SELECT" || leave == "EXAMINE")
        x.ask(fmt::format("{} {}", x.cased(c["case"], leave), x.string(c["string"], "INBOX")), "OK");
      x.look_elsewhere(x.string("quoted", name));
      if (x.ask("EXAMINE " + x.string("quoted", name), "OK").ok()) x.look();
    }}};

exploration const status{
    exploration_kind{"status",
                     "STATUS of every item, of the selected mailbox and others",
                     history::protocol::imap,
                     "RFC3501-6.3.10-01",
                     {{"item",
                       {{"MESSAGES"},
                        {"RECENT"},
                        {"UIDNEXT"},
                        {"UIDVALIDITY"},
                        {"UNSEEN"},
                        {"HIGHESTMODSEQ", "CONDSTORE"},
                        {"SIZE", "STATUS=SIZE"},
                        {"MAILBOXID", "OBJECTID"},
                        {"APPENDLIMIT", "APPENDLIMIT"}}},
                      {"beside", {{"alone"}, {"MESSAGES"}, {"UNSEEN"}, {"UIDNEXT"}, {"three"}, {"all"}}},
                      {"order", {{"first"}, {"last"}}},
                      {"name", {{"INBOX"}, {"inbox"}, {"there"}, {"empty"}, {"spaced"}, {"missing"}}, true},
                      string_factor,
                      case_factor},
                     +[](explorer& x, choice const& c) {
                       auto const name = subject(x, c["name"]);
                       auto const item = c["item"], beside = c["beside"];
                       std::string other = beside == "all"     ? "MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN"
                                           : beside == "three" ? "UIDVALIDITY RECENT MESSAGES"
                                           : beside == "alone" ? ""
                                                               : std::string(beside);
                       auto list = std::string(item);
                       // An item is asked for once: what a second time would mean, nobody says.
                       if (auto const at = other.find(item); at != other.npos) other.erase(at, item.size() + 1);
                       while (other.ends_with(' ')) other.pop_back();
                       if (!other.empty()) list = c.is("order", "first") ? list + " " + other : other + " " + list;
                       x.ask(fmt::format("{} {} ({})", x.cased(c["case"], "STATUS"), x.string(c["string"], name),
                                         x.cased(c["case"], list)),
                             c.is("name", "missing") ? "NO" : "OK");
                       // What STATUS counted is there for whoever opens it next, as it was.
                       if (c.is("name", "missing") || name.size() == 5) return;
                       if (x.ask("SELECT " + x.string("quoted", name), "OK").ok()) x.look();
                     }}};

}  // namespace
}  // namespace mailrig::scenario::select
