// names: mailboxes made, removed, renamed and subscribed to, by names of every shape.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::names {
namespace {

struct subject {
  std::string root;  ///< what all names of the row begin with
  std::string name;
  bool plain = true;  ///< a name that every server can take
};

subject named(explorer& x, std::string_view form) {
  subject s;
  auto const sep = x.separator();
  s.root = s.name = fmt::format("{}-Nm{}", x.box(), x.fresh());
  if (form == "INBOX" || form == "inbox") s.name = form;
  if (form == "below-inbox" && !sep.empty()) s.root = s.name = fmt::format("INBOX{}{}", sep, s.root);
  if (form == "child" && !sep.empty()) s.name += sep + "child";
  if (form == "deep" && !sep.empty()) s.name += sep + "one" + sep + "two" + sep + "three";
  if (form == "spaced") s.name += " with space";
  if (form == "quote") s.name += " \"x\\y";
  if (form == "modified-utf7") s.name += "-&AOQ-&-";
  if (form == "bracket") s.name += "]x";
  s.plain =
      form != "spaced" && form != "quote" && form != "modified-utf7" && form != "bracket" && form != "below-inbox";
  return s;
}

std::string quoted(explorer& x, std::string_view name) { return x.string("quoted", name); }

/// Makes it as the choice has it before; false where this server cannot have such a mailbox.
bool prepare(explorer& x, subject const& s, std::string_view before) {
  bool const inbox = s.name.size() == 5;
  if (before == "missing" || inbox) return true;
  if (!x.ask("CREATE " + quoted(x, s.name), s.plain ? "OK" : "OK | NO", "RFC3501-6.3.3-01").ok()) return false;
  auto const sep = x.separator();
  if (before == "parent" && !sep.empty())
    x.ask("CREATE " + quoted(x, s.name + sep + "below"), "OK | NO", "RFC3501-6.3.3-01");
  if (before == "subscribed") x.ask("SUBSCRIBE " + quoted(x, s.name), "OK", "RFC3501-6.3.6-01");
  if (before == "with-mail") {
    auto const text = x.letter();
    x.ask(fmt::format("APPEND {} (\\Flagged) {{{}}}\r\n{}", quoted(x, s.name), text.size(), text), "OK | NO",
          "RFC3501-6.3.11-10");
  }
  return true;
}

void look(explorer& x, subject const& s, std::string const& other) {
  for (auto const* pattern : {"*", "%", "%%*"}) x.ask(fmt::format("LIST \"\" {}", pattern), "OK", "RFC3501-6.3.8-02");
  for (auto const* pattern : {"*", "%"}) x.ask(fmt::format("LSUB \"\" {}", pattern), "OK", "RFC3501-6.3.9-05");
  x.ask(fmt::format("STATUS {} (MESSAGES UIDNEXT UIDVALIDITY)", quoted(x, s.name)), "OK | NO");
  if (!other.empty()) x.ask(fmt::format("STATUS {} (MESSAGES UIDNEXT UIDVALIDITY)", quoted(x, other)), "OK | NO");
  x.watch("LIST \"\" *", "OK");
  x.watch("LSUB \"\" *", "OK");
}

/// What was done outlasts the session that did it.
void look_later(explorer& x, std::string_view how) {
  if (how == "stays") return;
  if (how == "logs-out") x.ask("LOGOUT", "OK", "RFC3501-6.1.3-01");
  x.drop();
  if (!x.home()) return;
  x.ask("LIST \"\" *", "OK", "RFC3501-6.3.8-02");
  x.ask("LSUB \"\" *", "OK", "RFC3501-6.3.9-05");
}

void tidy(explorer& x, subject const& s) {
  auto const mine = x.ask(fmt::format("LIST \"\" {}", quoted(x, s.root + "*")), "OK", "RFC3501-6.3.8-02");
  std::vector<std::string> all;
  for (auto const& a : mine.data)
    if (a->response.is("LIST")) all.push_back(a->response.args().next().next().text());
  std::ranges::sort(all, std::greater<>());
  for (auto const& one : all) {
    if (one.find_first_of("\"\\") != one.npos || !one.starts_with(s.root)) continue;
    x.ask("UNSUBSCRIBE " + quoted(x, one), "OK | NO");
    x.ask("DELETE " + quoted(x, one), "OK | NO");
  }
}

void play(explorer& x, choice const& c) {
  auto const s = named(x, c["name"]);
  auto const before = c["before"], verb = c["verb"];
  bool const inbox = s.name.size() == 5, there = before != "missing" || inbox;
  if (!prepare(x, s, before)) return;
  // "Foo/" says to CREATE that names below it are meant to follow, and is no name elsewhere.
  auto const spelled = s.name + (verb == "CREATE" && c.is("name", "separator-last") ? x.separator() : "");
  auto const text = fmt::format("{} {}", x.cased(c["case"], verb), x.string(c["string"], spelled));
  bool const sure = s.plain && !inbox;
  std::string other;
  if (before == "parent") x.ask("LSUB \"\" *", "OK", "RFC3501-6.3.9-05");
  if (verb == "CREATE") x.ask(text, there ? "NO" : sure ? "OK" : "OK | NO", "RFC3501-6.3.3-01");
  // A server need not take the messages of a name that has others below it.
  if (verb == "DELETE") x.ask(text, inbox || !there ? "NO" : before == "parent" ? "OK | NO" : "OK", "RFC3501-6.3.4-01");
  if (verb == "SUBSCRIBE") x.ask(text, there ? "OK" : "OK | NO", "RFC3501-6.3.6-01");
  if (verb == "UNSUBSCRIBE") x.ask(text, before == "subscribed" && !inbox ? "OK" : "OK | NO", "RFC3501-6.3.7-01");
  if (verb == "RENAME") {
    // Renaming INBOX moves its mail, and not every server does it; here its mail stays for the other rows.
    if (inbox) return;
    other = s.root + "-renamed";
    if (c.is("name", "deep")) other += x.separator() + "under" + x.separator() + "it";
    x.ask(fmt::format("{} {}", text, x.string(c["string"], other)), there ? "OK" : "NO",
          there && c.is("name", "deep") ? "RFC3501-6.3.5-03" : "RFC3501-6.3.5-01");
  }
  if (verb == "RENAME-onto") {
    other = s.root + "-taken";
    if (x.ask("CREATE " + quoted(x, other), "OK | NO", "RFC3501-6.3.3-01").ok())
      x.ask(fmt::format("{} {} {}", x.cased(c["case"], "RENAME"), x.string(c["string"], s.name), quoted(x, other)),
            "NO", "RFC3501-6.3.5-01");
  }
  look(x, s, other);
  look_later(x, c["session"]);
  tidy(x, s);
}

exploration const names{
    exploration_kind{"names",
                     "CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE of names of every shape, there and not",
                     history::protocol::imap,
                     "RFC3501-6.3.3-01",
                     {{"verb", {{"CREATE"}, {"DELETE"}, {"RENAME"}, {"RENAME-onto"}, {"SUBSCRIBE"}, {"UNSUBSCRIBE"}}},
                      {"name",
                       {{"plain"},
                        {"child"},
                        {"below-inbox"},
                        {"deep"},
                        {"separator-last"},
                        {"spaced"},
                        {"quote"},
                        {"modified-utf7"},
                        {"bracket"},
                        {"INBOX"},
                        {"inbox"}},
                       true},
                      string_factor,
                      {"session", {{"stays"}, {"logs-out"}, {"is-cut"}}},
                      {"before", {{"missing"}, {"there"}, {"parent"}, {"subscribed"}, {"with-mail"}}},
                      case_factor},
                     &play}};

}  // namespace
}  // namespace mailrig::scenario::names
