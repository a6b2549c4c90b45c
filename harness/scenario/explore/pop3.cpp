// pop3: what a maildrop tells before and after messages are marked, in every order: STAT, LIST, UIDL, RETR, TOP, DELE,
// RSET, NOOP, and each way to leave.
#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"

namespace mailrig::scenario::pop3 {
namespace {

/// What is marked in this session.
struct drop_state {
  std::size_t count = 0;
  std::set<std::size_t> deleted;
  bool has(std::size_t n) const { return n >= 1 && n <= count && !deleted.contains(n); }
};

std::size_t messages(explorer& x) {
  auto const a = x.ask("STAT", "+OK", "RFC1939-5.STAT-01");
  auto const words = base::words(a.line);
  return words.size() > 1 ? std::size_t(base::number(words[1]).value_or(0)) : 0;
}

std::size_t number_of(explorer& x, std::string_view form, drop_state const& s) {
  if (form == "first") return 1;
  if (form == "last") return s.count;
  if (form == "middle") return 1 + s.count / 2;
  if (form == "beyond") return s.count + 1 + x.random.below(3);
  if (form == "deleted" && !s.deleted.empty()) return *s.deleted.begin();
  return 1 + x.random.below(s.count);
}

/// What a wrong status breaks.
std::string_view requirement_of(std::string_view verb, bool numbered, bool good) {
  if (verb == "STAT") return "RFC1939-5.STAT-01";
  if (verb == "LIST") return !good ? "RFC1939-5.LIST-08" : numbered ? "RFC1939-5.LIST-01" : "RFC1939-5.LIST-02";
  if (verb == "UIDL") return !good ? "RFC1939-7.UIDL-08" : numbered ? "RFC1939-7.UIDL-01" : "RFC1939-7.UIDL-02";
  if (verb == "RETR") return good ? "RFC1939-5.RETR-01" : "RFC1939-5.RETR-02";
  if (verb == "TOP") return good ? "RFC1939-7.TOP-01" : "RFC1939-7.TOP-05";
  if (verb == "DELE") return good ? "RFC1939-5.DELE-01" : "RFC1939-5.DELE-03";
  return verb == "RSET" ? "RFC1939-5.RSET-01" : "RFC1939-5.NOOP-01";
}

/// "LIST", "LIST n", "TOP n k" ...: asked, and held against what is marked.
void ask(explorer& x, std::string_view form, std::string_view which, std::string_view letters, drop_state& s) {
  if (form == "nothing") return;
  auto const words = base::words(form);
  auto text = x.cased(letters, words[0]);
  bool good = true;
  if (words.size() > 1) {
    auto const n = number_of(x, which, s);
    text += fmt::format(" {}", n);
    good = s.has(n);
    if (words[0] == "TOP") text += fmt::format(" {}", words[2] == "k" ? x.random.below(4) : 100000);
    if (words[0] == "DELE" && good) s.deleted.insert(n);
  }
  if (words[0] == "RSET") s.deleted.clear();
  x.ask(text, good ? "+OK" : "-ERR", requirement_of(words[0], words.size() > 1, good));
}

void look(explorer& x) {
  for (auto const* line : {"STAT", "LIST"}) x.ask(line, "+OK");
  if (x.can("pop3:UIDL")) x.ask("UIDL", "+OK");
}

/// More mail comes while nobody holds the maildrop.
void deliver(explorer& x, std::size_t count) {
  x.drop();
  for (; count > 0; --count) {
    auto const text = x.letter();
    x.watch(fmt::format("APPEND INBOX {{{}}}\r\n{}", text.size(), text), "OK");
  }
}

void play(explorer& x, choice const& c) {
  drop_state s;
  s.count = messages(x);
  if (s.count < 4 && x.is_watched()) {
    deliver(x, 5 - s.count);
    if (!x.home()) return;
    s.count = messages(x);
  }
  if (s.count == 0) return;
  ask(x, c["first"], c["number"], c["case"], s);
  auto const marks = c["marked"];
  for (std::size_t n = 1; n <= s.count; ++n) {
    if (marks != "all" && !(marks == "first" && n == 1) && !(marks == "last" && n == s.count) &&
        !(marks == "some" && n % 2 == 1))
      continue;
    x.ask(fmt::format("{} {}", x.cased(c["case"], "DELE"), n), s.has(n) ? "+OK" : "-ERR", "RFC1939-5.DELE-03");
    s.deleted.insert(n);
  }
  ask(x, c["then"], c["number"], c["case"], s);
  ask(x, c["at-last"], c["number"], c["case"], s);
  look(x);
  auto const end = c["end"];
  if (end == "RSET") x.ask(x.cased(c["case"], "RSET"), "+OK"), look(x);
  if (end == "RSET-QUIT") x.ask("RSET", "+OK");
  if (end == "QUIT" || end == "RSET-QUIT") x.ask(x.cased(c["case"], "QUIT"), "+OK");
  if (end == "drop") x.drop();
  if (end != "RSET" && x.home()) look(x);
  if (end != "RSET") x.look_elsewhere("INBOX");
}

std::vector<level> const requests{{"nothing"},
                                  {"STAT"},
                                  {"LIST"},
                                  {"LIST n"},
                                  {"UIDL", "pop3:UIDL"},
                                  {"UIDL n", "pop3:UIDL"},
                                  {"RETR n"},
                                  {"TOP n k", "pop3:TOP"},
                                  {"TOP n all", "pop3:TOP"},
                                  {"DELE n"},
                                  {"RSET"},
                                  {"NOOP"}};

exploration const orders{exploration_kind{
    "pop3",
    "STAT, LIST, UIDL, RETR, TOP, DELE, RSET, NOOP and QUIT in every order, with messages marked or not",
    history::protocol::pop3,
    "RFC1939-3-14",
    {{"first", requests},
     {"marked", {{"none"}, {"first"}, {"last"}, {"some"}, {"all"}}},
     {"then", requests},
     {"at-last", requests},
     {"number", {{"first"}, {"last"}, {"middle"}, {"deleted"}, {"beyond"}}},
     {"end", {{"RSET"}, {"QUIT"}, {"RSET-QUIT"}, {"drop"}}},
     case_factor},
    &play}};

}  // namespace
}  // namespace mailrig::scenario::pop3
