// utf8_names: mailboxes with names in UTF-8 in every command that names one, after ENABLE UTF8=ACCEPT (RFC 6855 §3).
#include <fmt/format.h>

#include "base/quoted.hpp"
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::utf8_names {
namespace {

std::string characters(std::string_view form) {
  if (form == "latin") return "Entw\xC3\xBCrfe";
  if (form == "east-asian") return "\xE5\x8F\xB0\xE5\x8C\x97";
  if (form == "beyond-the-first-plane") return "\xF0\x9F\x93\xAC";
  if (form == "right-to-left") return "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D";
  if (form == "combined") return "e\xCC\x81t";
  if (form == "ampersand") return "R&D \xC3\xBC";
  if (form == "blanks") return "f\xC3\xBCr alle";
  return "plain";
}

std::string written(std::string_view form, std::string const& name) {
  if (form == "quoted") return base::quoted(name);
  return fmt::format("{{{}{}}}\r\n{}", name.size(), form == "literal+" ? "+" : "", name);
}

void play(explorer& x, choice const& c) {
  if (!x.imap().syntax.utf8 && !x.ask("ENABLE UTF8=ACCEPT", "OK").ok()) return;
  auto const name = written(c["string"], fmt::format("{}-u{}{}", x.box(), x.fresh(), characters(c["characters"])));
  // Which names it takes is the server's to say.
  if (!x.ask("CREATE " + name, "OK | NO").ok()) return;
  auto const again = written(c["again"], fmt::format("{}-u{}{}", x.box(), x.fresh(), characters(c["characters"])));
  auto const then = c["then"];
  bool moved = false;
  if (then == "SELECT" || then == "EXAMINE") {
    x.ask(fmt::format("{} {}", x.cased(c["case"], then), name), "OK");
    x.ask("CLOSE", "OK");
  } else if (then == "STATUS") {
    x.ask(fmt::format("{} {} (MESSAGES UIDNEXT)", x.cased(c["case"], then), name), "OK");
  } else if (then == "LIST") {
    x.ask(fmt::format("{} \"\" {}", x.cased(c["case"], then), name), "OK");
  } else if (then == "SUBSCRIBE") {
    x.ask(fmt::format("{} {}", x.cased(c["case"], then), name), "OK | NO");
    x.ask("LSUB \"\" *", "OK");
    x.ask("UNSUBSCRIBE " + name, "OK | NO");
  } else if (then == "APPEND") {
    auto const text = x.letter();
    x.ask(fmt::format("{} {} {{{}}}\r\n{}", x.cased(c["case"], then), name, text.size(), text), "OK");
  } else if (then == "RENAME") {
    moved = x.ask(fmt::format("{} {} {}", x.cased(c["case"], then), name, again), "OK | NO").ok();
  }
  x.ask("DELETE " + (moved ? again : name), "OK | NO");
}

exploration const kind{
    exploration_kind{"utf8-names",
                     "mailboxes with names in UTF-8, made, used, renamed and deleted",
                     history::protocol::imap,
                     "RFC6855-3-04",
                     {{"characters",
                       {{"latin"},
                        {"east-asian"},
                        {"beyond-the-first-plane"},
                        {"right-to-left"},
                        {"combined"},
                        {"ampersand"},
                        {"blanks"}},
                       true},
                      {"string", {{"quoted"}, {"literal"}, {"literal+", "LITERAL+"}}},
                      {"again", {{"quoted"}, {"literal"}}},
                      {"then", {{"SELECT"}, {"EXAMINE"}, {"STATUS"}, {"LIST"}, {"SUBSCRIBE"}, {"APPEND"}, {"RENAME"}}},
                      case_factor},
                     &play,
                     "UTF8=ACCEPT"}};

}  // namespace
}  // namespace mailrig::scenario::utf8_names
