// copy: COPY and MOVE in all their forms, into mailboxes that are there and not.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::copy {
namespace {

std::string flags_of(explorer& x, std::string_view form) {
  if (form == "none") return "";
  if (form == "all") return "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
  if (form == "keywords") return "Explored $Forwarded";
  return x.chance(50) ? "\\Seen \\Deleted" : "\\Flagged Explored";
}

/// The target's name; it is there, unless the choice says otherwise.
std::string target(explorer& x, choice const& c) {
  auto const to = c["to"];
  if (to == "itself") return "INBOX";
  if (to == "itself-lower") return "inbox";
  if (to == "missing") return x.box() + "-none";
  auto const name = x.box() + (to == "spaced" ? "-a b" : "-to");
  x.make(name);
  if (to == "empty" && x.ask("SELECT " + x.string("atom", name), "OK", "RFC3501-6.3.1-01").ok() && x.messages() > 0)
    if (x.ask("STORE 1:* +FLAGS.SILENT (\\Deleted)", x.storing("\\Deleted"), "RFC3501-6.4.6-01").ok())
      x.ask("EXPUNGE", "OK", "RFC3501-6.4.3-01");
  return name;
}

void transfer(explorer& x, choice const& c, std::string_view command) {
  auto const to = target(x, c);
  if (!x.home()) return;
  if (!x.refill(4)) return;
  bool const uid = c.is("uid", "yes");
  auto const named = x.set(c["set"], uid);
  auto const others = flags_of(x, "some"), flags = flags_of(x, c["flags"]);
  x.ask(fmt::format("STORE 1:* FLAGS.SILENT ({})", others), x.storing(others), "RFC3501-6.4.6-01");
  x.ask(fmt::format("{}STORE {} FLAGS.SILENT ({})", uid ? "UID " : "", named, flags), x.storing(flags),
        "RFC3501-6.4.6-01");
  x.look();
  // Into itself a MOVE may be refused.
  bool const itself = c.is("to", "itself") || c.is("to", "itself-lower");
  auto const permitted = c.is("to", "missing") ? "NO" : command == "MOVE" && itself ? "OK | NO" : "OK";
  x.ask(fmt::format("{} {} {}", x.cased(c["case"], (uid ? "UID " : "") + std::string(command)), named,
                    x.string(c["string"], to)),
        permitted);
  x.look();
  if (c.is("to", "missing"))
    x.ask(fmt::format("LIST \"\" {}", x.string("quoted", to)), "OK", "RFC3501-6.3.8-09");
  else
    x.look_elsewhere(x.string("quoted", to));
  x.look_elsewhere("INBOX");
}

std::vector<factor> const forms{
    uid_factor,
    set_factor,
    string_factor,
    {"to", {{"there"}, {"empty"}, {"spaced"}, {"itself"}, {"itself-lower"}, {"missing"}}, true},
    {"flags", {{"none"}, {"some"}, {"all"}, {"keywords"}}},
    case_factor};

exploration const copy{exploration_kind{"copy", "COPY and UID COPY: sets, names and flags of what is copied",
                                        history::protocol::imap, "RFC3501-6.4.7-03", forms,
                                        +[](explorer& x, choice const& c) { transfer(x, c, "COPY"); }}};
exploration const move{exploration_kind{"move", "MOVE and UID MOVE: sets, names and flags of what is moved",
                                        history::protocol::imap, "RFC6851-3.1-01", forms,
                                        +[](explorer& x, choice const& c) { transfer(x, c, "MOVE"); }, "MOVE"}};

}  // namespace
}  // namespace mailrig::scenario::copy
