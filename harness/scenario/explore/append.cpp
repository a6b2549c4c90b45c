// append: APPEND in all its forms, and several messages at once.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::append {
namespace {

std::string flags_of(std::string_view form) {
  if (form == "absent") return "";
  if (form == "none") return " ()";
  if (form == "one") return " (\\Seen)";
  if (form == "all") return " (\\Answered \\Flagged \\Deleted \\Seen \\Draft)";
  if (form == "keywords") return " (Explored $Forwarded)";
  return " (\\Flagged Explored \\Seen)";
}

/// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
std::string date_of(explorer& x, std::string_view form) {
  if (form == "absent") return "";
  if (form == "single-digit")
    return fmt::format(" \" {}-Feb-2021 0{}:00:59 +0000\"", 1 + x.random.below(9), x.random.below(9));
  if (form == "east") return fmt::format(" \"{}-Mar-2022 23:59:59 +1345\"", 10 + x.random.below(20));
  if (form == "west") return fmt::format(" \"{}-Dec-2023 00:00:00 -1130\"", 10 + x.random.below(20));
  if (form == "leap-day") return " \"29-Feb-2024 12:30:00 +0100\"";
  return " \"17-jul-1996 02:44:25 -0700\"";  // a month in any letter case
}

std::string octets_of(explorer& x, std::string_view form) {
  if (form == "short") return x.letter();
  if (form == "header-only") return fmt::format("Subject: {}\r\n\r\n", x.fresh());
  if (form == "no-header") return fmt::format("\r\nbody {}\r\n", x.fresh());
  if (form == "no-last-crlf") return x.letter() + "the last line ends without";
  if (form == "eight-bit")
    return x.letter() +
           "gr\xC3\xBC\xC3\x9F"
           "e\r\n";
  if (form == "like-a-command") return x.letter() + "x1 LOGOUT\r\n{5}\r\n.\r\n";
  if (!x.mail().empty() && form == "known") return x.mail()[x.random.below(x.mail().size())].octets;
  return x.letter() + std::string(9000, 'z') + "\r\n";  // long line
}

std::string literal(std::string_view form, std::string_view octets) {
  return fmt::format("{{{}{}}}\r\n{}", octets.size(), form == "literal+" ? "+" : "", octets);
}

std::vector<factor> const forms{
    {"to", {{"there"}, {"spaced"}, {"INBOX"}, {"inbox"}, {"missing"}}},
    string_factor,
    {"flags", {{"absent"}, {"none"}, {"one"}, {"all"}, {"keywords"}, {"mixed"}}},
    {"date", {{"absent"}, {"single-digit"}, {"east"}, {"west"}, {"leap-day"}, {"lower-month"}}},
    {"message",
     {{"short"},
      {"header-only"},
      {"no-header"},
      {"no-last-crlf"},
      {"eight-bit"},
      {"like-a-command"},
      {"known"},
      {"long-line"}}},
    {"literal", {{"literal"}, {"literal+", "LITERAL+"}}},
    case_factor};

std::string target(explorer& x, choice const& c) {
  auto const to = c["to"];
  if (to == "INBOX" || to == "inbox") return std::string(to);
  if (to == "missing") return x.box() + "-none";
  auto name = x.box() + (to == "spaced" ? "-a b" : "-to");
  x.make(name);
  return name;
}

void append(explorer& x, choice const& c, std::size_t count) {
  auto const to = target(x, c);
  auto text = fmt::format("{} {}", x.cased(c["case"], "APPEND"), x.string(c["string"], to));
  auto const flags = flags_of(c["flags"]);
  auto const storing = x.storing(flags);
  for (; count > 0; --count)
    text += flags + date_of(x, c["date"]) + " " + literal(c["literal"], octets_of(x, c["message"]));
  // NO may also mean that the text of the message is not to the server's liking.
  bool const odd = c.is("message", "no-header") || c.is("message", "header-only") || c.is("message", "long-line");
  x.ask(text, c.is("to", "missing") ? "NO" : odd ? "OK | NO" : storing);
  x.ask("NOOP", "OK", "RFC3501-6.1.2-01");
  x.look();
  if (c.is("to", "missing"))
    x.ask("LIST \"\" " + x.string("quoted", to), "OK", "RFC3501-6.3.8-09");
  else
    x.look_elsewhere(x.string("quoted", to));
}

exploration const one{exploration_kind{"append", "APPEND: names, flags, dates, literals and messages of every shape",
                                       history::protocol::imap, "RFC3501-6.3.11-10", forms,
                                       +[](explorer& x, choice const& c) { append(x, c, 1); }}};
exploration const several{
    exploration_kind{"multiappend", "APPEND of several messages at once", history::protocol::imap, "RFC3502-6.3.11-01",
                     forms, +[](explorer& x, choice const& c) { append(x, c, 2 + x.random.below(2)); }, "MULTIAPPEND"}};

}  // namespace
}  // namespace mailrig::scenario::append
