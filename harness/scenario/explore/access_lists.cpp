// access_lists: SETACL and DELETEACL in each form, and what the commands that read lists say then. Nobody is given "l",
// so that no other user is shown a mailbox of this scenario.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::access_lists {
namespace {

exploration const access_lists{exploration_kind{
    "access-lists",
    "SETACL and DELETEACL in each form, and the lists that come of it",
    history::protocol::imap,
    "RFC4314-3.1-02",
    {{"before", {{"nothing"}, {"rp"}, {"rswitekxp"}}},
     {"how", {{"replace"}, {"add"}, {"take"}, {"delete"}}},
     {"rights", {{"none"}, {"p"}, {"rswi"}, {"kxte"}, {"c"}, {"d"}, {"cd"}, {"rdt"}}},
     {"written", {{"atom"}, {"quoted"}, {"literal"}}},
     string_factor,
     case_factor},
    +[](explorer& x, choice const& c) {
      auto const name = x.box() + "-there";
      x.make(name);
      auto const box = x.string(c["string"], name);
      auto const who = x.string(c["written"], "anyone");
      x.ask(fmt::format("{} {} {}", x.cased(c["case"], "LISTRIGHTS"), box, who), "OK", "RFC4314-3.4-01");
      if (c.is("before", "nothing"))
        x.ask(fmt::format("DELETEACL {} anyone", box), "OK | NO", "RFC4314-3.2-01");
      else
        x.ask(fmt::format("SETACL {} anyone {}", box, c["before"]), "OK | NO");
      x.ask(fmt::format("{} {}", x.cased(c["case"], "GETACL"), box), "OK", "RFC4314-3.3-01");
      auto const letters = c.is("rights", "none") ? std::string() : std::string(c["rights"]);
      auto const change = (c.is("how", "add") ? "+" : c.is("how", "take") ? "-" : "") + letters;
      auto const written =
          change.empty() && c.is("written", "atom") ? std::string("\"\"") : x.string(c["written"], change);
      if (c.is("how", "delete"))
        x.ask(fmt::format("{} {} {}", x.cased(c["case"], "DELETEACL"), box, who), "OK | NO", "RFC4314-3.2-01");
      else
        x.ask(fmt::format("{} {} {} {}", x.cased(c["case"], "SETACL"), box, who, written), "OK | NO");
      x.ask(fmt::format("{} {}", x.cased(c["case"], "GETACL"), box), "OK", "RFC4314-3.3-01");
      x.ask(fmt::format("{} {}", x.cased(c["case"], "MYRIGHTS"), box), "OK", "RFC4314-3.5-01");
    },
    "ACL"}};

}  // namespace
}  // namespace mailrig::scenario::access_lists
