// pop3_degenerate: every POP3 command with none, too many, wrong and huge arguments. What is syntactically invalid must
// be answered by -ERR, and whatever becomes of it, the session goes on.
#include <fmt/format.h>

#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::pop3_degenerate {
namespace {

struct subject {
  std::string_view name, arguments, needs = {};
  bool optional = false;  ///< it may also come without
};
constexpr subject subjects[]{{"STAT", ""},
                             {"LIST", "#", {}, true},
                             {"RETR", "#"},
                             {"DELE", "#"},
                             {"NOOP", ""},
                             {"RSET", ""},
                             {"QUIT", ""},
                             {"TOP", "# 0", "pop3:TOP"},
                             {"UIDL", "#", "pop3:UIDL", true},
                             {"USER", "nobody"},
                             {"PASS", "nothing"},
                             {"APOP", "nobody 00000000000000000000000000000000", "pop3:APOP"},
                             {"CAPA", "", "pop3:CAPA"},
                             {"STLS", "", "pop3:STLS"},
                             {"AUTH", "X-EXPLORED", "pop3:SASL"},
                             {"UTF8", "", "pop3:UTF8"},
                             {"LANG", "xx-none", "pop3:LANG", true},
                             {"XYZZY", ""}};

std::vector<level> commands() {
  std::vector<level> out;
  for (auto const& s : subjects) out.push_back({s.name, s.needs});
  return out;
}

void play(explorer& x, choice const& c) {
  subject const* s = subjects;
  while (s->name != c["command"]) ++s;
  auto const form = c["form"];
  auto const at = s->arguments.find('#');
  auto right = std::string(s->arguments);
  if (at != right.npos) right.replace(at, 1, "1");
  auto const number = [&](std::string_view n) {
    auto text = std::string(s->arguments);
    if (at == text.npos) return text + (text.empty() ? "" : " ") + std::string(n);
    return text.replace(at, 1, n);
  };
  std::string const verb(s->name);
  auto const whole = right.empty() ? verb : verb + " " + right;
  // USER, PASS and AUTH take words of which they alone know what is right.
  bool const words = verb == "USER" || verb == "PASS" || verb == "APOP" || verb == "AUTH";
  std::string text;
  bool malformed = !words;
  if (form == "none") text = verb, malformed = malformed && !s->arguments.empty() && !s->optional;
  if (form == "too-many") text = whole + " x";
  if (form == "letters") text = verb + " " + number("abc");
  if (form == "after-number") text = verb + " " + number("1x");
  if (form == "zero") text = verb + " " + number("0");
  if (form == "negative") text = verb + " " + number("-1");
  if (form == "plus") text = verb + " " + number("+1"), malformed = false;
  if (form == "2^32") text = verb + " " + number("4294967297");
  if (form == "2^64") text = verb + " " + number("18446744073709551617");
  if (form == "two-spaces") text = verb + "  " + right, malformed = false;
  if (form == "space-last") text = whole + " ", malformed = false;
  if (form == "octets") text = whole + " " + std::string(8192, 'a');
  if (form == "nul") text = whole + '\0', malformed = false;
  if (form == "lines-negative") text = verb + " " + right.substr(0, right.find(' ')) + (right.empty() ? "-1" : " -1");
  malformed = malformed || verb == "XYZZY";
  auto const a = x.provoke(text, form, s->name, malformed ? "-ERR" : "+OK | -ERR | +");
  bool const login = words && x.begins() == start_state::greeting;
  if (a.status == "+" || login || (a.ok() && (verb == "STLS" || verb == "QUIT"))) return x.drop();
  x.still_answers();
  if (a.ok() && verb == "DELE") x.ask("RSET", "+OK", "RFC1939-5.RSET-01");
  // A server may count mistakes and end a session that makes too many: before it does, another is begun.
  if (x.fresh() % 8 == 0) x.drop();
}

exploration const degenerate{exploration_kind{"pop3-degenerate",
                                              "every POP3 command with none, too many, wrong and huge arguments",
                                              history::protocol::pop3,
                                              "RFC1939-3-14",
                                              {{"command", commands()},
                                               {"form",
                                                {{"none"},
                                                 {"too-many"},
                                                 {"letters"},
                                                 {"after-number"},
                                                 {"zero"},
                                                 {"negative"},
                                                 {"plus"},
                                                 {"2^32"},
                                                 {"2^64"},
                                                 {"two-spaces"},
                                                 {"space-last"},
                                                 {"octets"},
                                                 {"nul"},
                                                 {"lines-negative"}}}},
                                              &play}};

}  // namespace
}  // namespace mailrig::scenario::pop3_degenerate
