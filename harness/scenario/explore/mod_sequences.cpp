// mod_sequences: conditional STORE, CHANGEDSINCE and SEARCH MODSEQ, and what QRESYNC tells of removals, in all their
// forms; whether what comes is right the checkers say.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::mod_sequences {
namespace {

/// A mod-sequence to ask with: of a message, as it was told when it was looked at.
std::string value(explorer& x, std::string_view form) {
  if (form == "one") return "1";
  if (form == "largest") return "9223372036854775807";
  if (form == "over-32-bits") return "4294967297";
  auto const told = x.ask("FETCH 1:* (UID FLAGS MODSEQ)", "OK", "RFC7162-3.1.4.2-01");
  std::vector<std::string> all{"1"};
  for (auto const& a : told.data)
    if (auto const at = a->octets.find("MODSEQ ("); at != a->octets.npos)
      all.push_back(a->octets.substr(at + 8, a->octets.find(')', at) - at - 8));
  return form == "first" ? all[std::min<std::size_t>(1, all.size() - 1)] : x.pick(all);
}

/// Some messages differ in their mod-sequences, and one was changed by another session.
void stir(explorer& x) {
  x.ask("SELECT INBOX (CONDSTORE)", "OK", "RFC7162-3.1.8-01");
  for (auto const* change : {"STORE 2 FLAGS (\\Seen)", "STORE 1 FLAGS (\\Flagged)", "STORE 3 FLAGS ()"})
    x.ask(change, x.storing("\\Seen \\Flagged"), "RFC7162-3.1.3-15");
}

factor const value_factor{"value", {{"one"}, {"first"}, {"any"}, {"over-32-bits"}, {"largest"}}};

exploration const conditional{exploration_kind{
    "mod-sequences",
    "STORE, FETCH and SEARCH on conditions of mod-sequences",
    history::protocol::imap,
    "RFC7162-3.1-09",
    {{"command", {{"STORE +"}, {"STORE -"}, {"STORE"}, {"FETCH"}, {"SEARCH"}, {"SEARCH NOT"}, {"SEARCH entry"}}},
     {"silent", {{"no"}, {"yes"}}},
     value_factor,
     uid_factor,
     set_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      if (!x.refill(5) || x.messages() < 5) return;
      stir(x);
      if (x.imap().state != model::imap_state::selected) return;
      bool const uid = c.is("uid", "yes");
      auto const since = value(x, c["value"]);
      auto const set = x.set(c["set"], uid);
      auto const verb = c["command"];
      auto const word = [&](std::string_view w) { return x.cased(c["case"], w); };
      auto const prefix = uid ? word("UID") + " " : std::string();
      if (verb.starts_with("STORE")) {
        std::string const sign(verb == "STORE" ? "" : verb.substr(6));
        x.ask(fmt::format("{}{} {} ({} {}) {}{}{} (\\Answered)", prefix, word("STORE"), set, word("UNCHANGEDSINCE"),
                          since, sign, word("FLAGS"), c.is("silent", "yes") ? word(".SILENT") : ""),
              c.is("value", "largest") ? x.storing("\\Answered") : "OK | NO", "RFC7162-3.1.3-01");
      } else if (verb == "FETCH") {
        x.ask(fmt::format("{}{} {} (UID FLAGS) ({} {})", prefix, word("FETCH"), set, word("CHANGEDSINCE"), since), "OK",
              "RFC7162-3.1.4.1-02");
      } else {
        auto const entry = verb == "SEARCH entry" ? std::string("\"/flags/\\\\seen\" all ") : std::string();
        x.ask(fmt::format("{}{} {}{} {}{}", prefix, word("SEARCH"), verb == "SEARCH NOT" ? "NOT " : "", word("MODSEQ"),
                          entry, since),
              "OK", "RFC7162-3.1.5-01");
      }
      x.ask("FETCH 1:* (UID FLAGS MODSEQ)", "OK", "RFC7162-3.1.4.2-01");
      x.look_elsewhere("INBOX");
    },
    "CONDSTORE"}};

}  // namespace
}  // namespace mailrig::scenario::mod_sequences
