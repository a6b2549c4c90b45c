// expunge: EXPUNGE, UID EXPUNGE and CLOSE with \Deleted on none, some and all, as others watch.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::expunge {
namespace {

void mark(explorer& x, choice const& c) {
  auto const flags = c["others"] == "none"       ? std::string("")
                     : c["others"] == "keywords" ? std::string("Explored")
                                                 : "\\Seen \\Flagged";
  x.ask(fmt::format("STORE 1:* FLAGS.SILENT ({})", flags), x.storing(flags), "RFC3501-6.4.6-01");
  auto const how = c["deleted"];
  auto const n = x.messages();
  auto const set = how == "first"         ? std::string("1")
                   : how == "last"        ? std::string("*")
                   : how == "middle"      ? fmt::format("{}", 2 + x.random.below(n - 2))
                   : how == "run"         ? fmt::format("2:{}", n - 1)
                   : how == "every-other" ? std::string("1,3,5")
                                          : std::string("1:*");
  if (how != "none") x.ask(fmt::format("STORE {} +FLAGS (\\Deleted)", set), x.storing("\\Deleted"), "RFC3501-6.4.6-01");
}

factor const deleted_factor{"deleted", {{"none"}, {"first"}, {"middle"}, {"last"}, {"run"}, {"every-other"}, {"all"}}};
factor const others_factor{"others", {{"none"}, {"system"}, {"keywords"}}};

exploration const expunge{
    exploration_kind{"expunge",
                     "EXPUNGE and CLOSE with whatever is marked",
                     history::protocol::imap,
                     "RFC3501-6.4.3-01",
                     {{"verb", {{"EXPUNGE"}, {"CLOSE"}, {"CLOSE-examined"}, {"UNSELECT", "UNSELECT"}, {"SELECT-over"}}},
                      deleted_factor,
                      others_factor,
                      {"arrived", {{"no"}, {"yes"}}},
                      case_factor},
                     +[](explorer& x, choice const& c) {
                       if (!x.refill(5) || x.messages() < 5) return;
                       mark(x, c);
                       if (c.is("arrived", "yes")) {
                         auto const text = x.letter();
                         x.watch(fmt::format("APPEND INBOX (\\Flagged) {{{}}}\r\n{}", text.size(), text), "OK");
                       }
                       auto const verb = c["verb"];
                       if (verb == "CLOSE-examined") x.ask("EXAMINE INBOX", "OK", "RFC3501-6.3.2-01");
                       if (verb == "SELECT-over")
                         x.ask(x.cased(c["case"], "SELECT") + " INBOX", "OK", "RFC3501-6.3.1-08");
                       else
                         x.ask(x.cased(c["case"], verb == "CLOSE-examined" ? "CLOSE" : verb), "OK");
                       if (!x.home()) return;
                       x.look();
                       x.look_elsewhere("INBOX");
                     }}};

exploration const uid_expunge{
    exploration_kind{"uid-expunge",
                     "UID EXPUNGE removes what is marked and named, and nothing else",
                     history::protocol::imap,
                     "RFC4315-2.1-01",
                     {set_factor, deleted_factor, others_factor, case_factor},
                     +[](explorer& x, choice const& c) {
                       if (!x.refill(5) || x.messages() < 5) return;
                       mark(x, c);
                       x.ask(fmt::format("{} {}", x.cased(c["case"], "UID EXPUNGE"), x.set(c["set"], true)), "OK");
                       x.look();
                       x.look_elsewhere("INBOX");
                     },
                     "UIDPLUS"}};

}  // namespace
}  // namespace mailrig::scenario::expunge
