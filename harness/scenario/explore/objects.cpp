// objects: what OBJECTID, SAVEDATE and PREVIEW tell of messages, and how SEARCH finds by it, in all forms; whether what
// comes is right the checkers say.
#include <fmt/format.h>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::objects {
namespace {

/// Values of an item as they were told just now: what stands between `open` and `close` behind its name.
std::vector<std::string> told(answer const& a, std::string_view name, char open, char close) {
  std::vector<std::string> out;
  for (auto const& data : a.data) {
    auto const mark = fmt::format("{} {}", name, open);
    auto const at = base::to_upper(data->octets).find(mark);
    if (at == std::string::npos) continue;
    auto const from = at + mark.size();
    out.push_back(data->octets.substr(from, data->octets.find(close, from) - from));
  }
  return out;
}

std::string other_case(std::string id) {
  for (auto& c : id) c = base::lower(c) == c ? base::upper(c) : base::lower(c);
  return id;
}

std::string verb(explorer& x, choice const& c, std::string_view name) {
  return x.cased(c["case"], (c.is("uid", "yes") ? "UID " : "") + std::string(name));
}

/// The keys around a key.
std::string within(std::string_view form, std::string const& key) {
  if (form == "not") return "NOT " + key;
  if (form == "or") return "OR SUBJECT zebra " + key;
  if (form == "list") return "(" + key + ") ALL";
  return key;
}
factor const around{"around", {{"alone"}, {"not"}, {"or"}, {"list"}}};

void by_id(explorer& x, choice const& c) {
  if (!x.refill(3) || x.messages() == 0) return;
  auto const seen =
      x.ask(fmt::format("FETCH 1:* (UID {} {})", x.cased(c["case"], "EMAILID"), x.cased(c["case"], "THREADID")), "OK",
            "RFC8474-5.1-01");
  bool const email = c.is("key", "EMAILID");
  auto const ids = told(seen, c["key"], '(', ')');
  std::string id = "Mailrig-none_1";
  if (!ids.empty() && !c.is("value", "unknown")) id = c.is("value", "first") ? ids.front() : x.pick(ids);
  if (c.is("value", "other-case")) id = other_case(id);
  if (c.is("value", "of-the-other"))
    if (auto const others = told(seen, email ? "THREADID" : "EMAILID", '(', ')'); !others.empty()) id = x.pick(others);
  x.ask(fmt::format("{} {}", verb(x, c, "SEARCH"), within(c["around"], x.cased(c["case"], c["key"]) + " " + id)), "OK",
        "RFC8474-6-01");
  x.ask(fmt::format("{} {} ({})", verb(x, c, "FETCH"), x.set(c["set"], c.is("uid", "yes")), c["items"]), "OK",
        "RFC8474-5.1-01");
  x.ask(fmt::format("STATUS {} ({} MESSAGES)", x.box(), x.cased(c["case"], "MAILBOXID")), "OK | NO", "RFC8474-4.3-01");
  x.look();
}

exploration const ids{
    exploration_kind{"objects",
                     "EMAILID, THREADID and MAILBOXID: told, and searched by",
                     history::protocol::imap,
                     "RFC8474-6-01",
                     {uid_factor,
                      {"key", {{"EMAILID"}, {"THREADID"}}},
                      {"value", {{"first"}, {"any"}, {"other-case"}, {"of-the-other"}, {"unknown"}}},
                      around,
                      {"items", {{"EMAILID"}, {"THREADID"}, {"FLAGS EMAILID UID"}, {"THREADID RFC822.SIZE EMAILID"}}},
                      set_factor,
                      case_factor},
                     &by_id,
                     "OBJECTID"}};

/// A day to search by: that of a message as it was told, one beside it, or one far away; "\"" around it or not.
std::string day(explorer& x, choice const& c, answer const& seen) {
  auto const dates = told(seen, "SAVEDATE", '"', '"');
  std::string out = "1-Jan-1990";
  if (c.is("day", "theirs") && !dates.empty()) out = std::string(base::trim(x.pick(dates).substr(0, 11)));
  if (c.is("day", "yesterday")) out = x.known("yesterday");
  if (c.is("day", "overmorrow")) out = x.known("overmorrow");
  if (out.empty()) out = "1-Jan-2037";
  return c.is("string", "quoted") ? "\"" + out + "\"" : out;
}

void by_day(explorer& x, choice const& c) {
  if (!x.refill(3) || x.messages() == 0) return;
  auto const item = x.cased(c["case"], "SAVEDATE");
  auto const seen = x.ask(fmt::format("FETCH 1:* (UID {} INTERNALDATE)", item), "OK", "RFC8514-4.2-01");
  auto key = x.cased(c["case"], c["key"]);
  if (!c.is("key", "SAVEDATESUPPORTED")) key += " " + day(x, c, seen);
  x.ask(fmt::format("{} {}", verb(x, c, "SEARCH"), within(c["around"], key)), "OK", "RFC8514-4.3-01");
  x.ask(fmt::format("{} {} {}", verb(x, c, "FETCH"), x.set(c["set"], c.is("uid", "yes")), item), "OK",
        "RFC8514-4.2-01");
  x.look();
}

exploration const days{exploration_kind{"save-dates",
                                        "SAVEDATE: told, and searched by",
                                        history::protocol::imap,
                                        "RFC8514-4.3-01",
                                        {uid_factor,
                                         {"key", {{"SAVEDBEFORE"}, {"SAVEDON"}, {"SAVEDSINCE"}, {"SAVEDATESUPPORTED"}}},
                                         {"day", {{"theirs"}, {"yesterday"}, {"overmorrow"}, {"far"}}},
                                         {"string", {{"atom"}, {"quoted"}}},
                                         around,
                                         set_factor,
                                         case_factor},
                                        &by_day,
                                        "SAVEDATE"}};

void preview(explorer& x, choice const& c) {
  if (x.messages() == 0 || !x.ask("FETCH 1:* (UID BODY.PEEK[])", "OK | NO").ok()) return;
  auto item = x.cased(c["case"], "PREVIEW");
  if (c.is("lazy", "yes")) item += " (" + x.cased(c["case"], "LAZY") + ")";
  auto const among = c["among"];
  auto const items = among == "alone"   ? item
                     : among == "list"  ? "(" + item + ")"
                     : among == "first" ? "(" + item + " FLAGS)"
                                        : "(UID " + item + ")";
  x.ask(fmt::format("{} {} {}", verb(x, c, "FETCH"), x.set(c["set"], c.is("uid", "yes")), items), "OK",
        "RFC8970-3.1-01");
  x.look();
  x.look_elsewhere("INBOX");
}

exploration const previews{exploration_kind{"previews",
                                            "FETCH PREVIEW, LAZY or not",
                                            history::protocol::imap,
                                            "RFC8970-3.1-01",
                                            {uid_factor,
                                             {"lazy", {{"no"}, {"yes"}}},
                                             {"among", {{"alone"}, {"list"}, {"first"}, {"last"}}},
                                             set_factor,
                                             case_factor},
                                            &preview,
                                            "PREVIEW"}};

}  // namespace
}  // namespace mailrig::scenario::objects
