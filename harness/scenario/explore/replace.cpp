// replace: REPLACE and UID REPLACE in all their forms, into mailboxes that are there and not; what came and what went
// is looked at from both sides.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::replace {
namespace {

/// The message: "*" is the last one, "none" is none.
std::string number(explorer& x, std::string_view form, bool uid) {
  auto const& view = x.imap().view;
  if (form == "star") return "*";
  if (form == "none") return uid ? "4294967290" : fmt::format("{}", view.size() + 7);
  auto const n = form == "first" ? 1 : form == "last" ? view.size() : 1 + x.random.below(view.size());
  return fmt::format("{}", uid ? view.at(n).uid : n);
}

std::string flags_of(std::string_view form) {
  if (form == "absent") return "";
  if (form == "none") return " ()";
  return form == "one" ? " (\\Draft)" : " (\\Seen \\Draft \\Flagged)";
}

std::string message(explorer& x, choice const& c) {
  auto const octets = c.is("message", "short") ? x.letter() : x.letter() + std::string(9000, 'z') + "\r\n";
  if (c.is("message", "pieces"))
    return fmt::format("CATENATE (TEXT {{{}}}\r\n{} URL \";UID={}/;SECTION=TEXT\")", octets.size(), octets,
                       x.imap().view.at(1).uid);
  return fmt::format("{{{}{}}}\r\n{}", octets.size(), c.is("literal", "literal+") ? "+" : "", octets);
}

std::string target(explorer& x, std::string_view to) {
  if (to == "here") return "INBOX";
  if (to == "here-lower") return "inbox";
  if (to == "missing") return x.box() + "-none";
  auto const name = x.box() + (to == "spaced" ? "-a b" : "-to");
  x.make(name);
  return name;
}

void play(explorer& x, choice const& c) {
  auto const to = target(x, c["to"]);
  if (!x.home() || !x.refill(3) || !x.ask("FETCH 1:* (UID FLAGS)", "OK").ok() || x.messages() < 2) return;
  bool const uid = c.is("uid", "yes");
  auto const flags = flags_of(c["flags"]);
  bool const refused = c.is("to", "missing") || c.is("number", "none");
  // A long line may be more than a server takes; a URL without a mailbox some do not read.
  bool const odd = !c.is("message", "short");
  auto const date = c.is("date", "given") ? " \"05-Feb-2021 10:00:59 +0000\"" : "";
  x.ask(fmt::format("{} {} {}{}{} {}", x.cased(c["case"], uid ? "UID REPLACE" : "REPLACE"), number(x, c["number"], uid),
                    x.string(c["string"], to), flags, date, message(x, c)),
        refused ? "NO | BAD"
        : odd   ? "OK | NO"
                : x.storing(flags),
        c.is("number", "none") ? "RFC8508-3.4-05" : "");
  x.ask("NOOP", "OK", "RFC3501-6.1.2-01");
  x.look();
  if (!c.is("to", "missing")) x.look_elsewhere(x.string("quoted", to));
  x.look_elsewhere("INBOX");
}

exploration const kind{exploration_kind{"replace",
                                        "REPLACE and UID REPLACE: numbers, names, flags, dates and messages",
                                        history::protocol::imap,
                                        "RFC8508-3.2-01",
                                        {uid_factor,
                                         {"number", {{"first"}, {"last"}, {"any"}, {"star"}, {"none"}}},
                                         string_factor,
                                         {"to", {{"here"}, {"here-lower"}, {"there"}, {"spaced"}, {"missing"}}, true},
                                         {"flags", {{"absent"}, {"none"}, {"one"}, {"several"}}},
                                         {"date", {{"absent"}, {"given"}}},
                                         {"message", {{"short"}, {"long-line"}, {"pieces", "CATENATE"}}},
                                         {"literal", {{"literal"}, {"literal+", "LITERAL+"}}},
                                         case_factor},
                                        &play,
                                        "REPLACE"}};

}  // namespace
}  // namespace mailrig::scenario::replace
