// How what a server sends grows in cost with its number: each kind of line at 10^3, 10^4 and 10^5, every checker on.
// The counter `exponent` is fitted over the sizes run so far: about 1 where the cost is linear, 2 where it is not.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "check/judge.hpp"

using namespace mailrig;
using history::event_kind;
using history::protocol;

namespace {

/// One session of each protocol in the middle of its work, and a second IMAP session that has polled.
class conversation {
 public:
  conversation() : judge_(base::registry<check::checker_kind>::all(), nullptr) {
    for (history::session_id const id : {1u, 2u}) {
      say(id, event_kind::opened, "u1 host");
      say(id, event_kind::received, "* OK hi\r\n");
      ask(id, "LOGIN u p");
      say(id, event_kind::received, "t1 OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS CONDSTORE MOVE] in\r\n");
      tag_ = 0;
    }
    tag_ = 1;
    pop(event_kind::opened, "u1 host");
    pop(event_kind::received, "+OK hi\r\n");
    pop(event_kind::sent, "USER u\r\n");
    pop(event_kind::received, "+OK\r\n");
    pop(event_kind::sent, "PASS p\r\n");
    pop(event_kind::received, "+OK\r\n");
  }
  void open(std::size_t messages) {
    ask(1, "SELECT INBOX");
    tell(1, fmt::format("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* {} EXISTS\r\n* 0 RECENT\r\n* OK "
                        "[UIDVALIDITY 7] v\r\n* OK [UIDNEXT {}] n\r\n",
                        messages, messages + 1));
    done(1);
  }
  void ask(history::session_id id, std::string const& text) {
    say(id, event_kind::sent, fmt::format("t{} {}\r\n", ++tag_, text));
  }
  void tell(history::session_id id, std::string_view data) {
    for (std::size_t at = 0; at < data.size(); at += 65536) say(id, event_kind::received, data.substr(at, 65536));
  }
  void done(history::session_id id) { say(id, event_kind::received, fmt::format("t{} OK done\r\n", tag_)); }
  void pop(event_kind kind, std::string_view octets) {
    for (std::size_t at = 0; at < octets.size(); at += 65536)
      judge_.take({at_ += step, 3, kind, protocol::pop3, octets.substr(at, 65536)});
  }

 private:
  static constexpr auto step = std::chrono::microseconds(10);
  void say(history::session_id id, event_kind kind, std::string_view octets) {
    judge_.take({at_ += step, id, kind, protocol::imap, octets});
  }
  check::judge judge_;
  base::instant at_{};
  std::uint64_t tag_ = 0;
};

/// Lines 1 to n in one text.
template <class Line>
std::string lines(std::size_t n, Line line) {
  std::string out;
  for (std::size_t i = 1; i <= n; ++i) out += line(i);
  return out;
}

std::string fetches(std::size_t n, char const* form) {
  return lines(n, [&](auto i) { return fmt::format(fmt::runtime(form), fmt::arg("n", i)); });
}

struct kind {
  char const* name;
  void (*play)(conversation& c, std::size_t n);
};

/// A command, its data, its end.
void answer(conversation& c, char const* command, std::string const& data) {
  c.ask(1, command);
  c.tell(1, data);
  c.done(1);
}

kind const kinds[] = {
    {"exists", [](auto& c, auto n) { c.open(0), answer(c, "NOOP", fetches(n, "* {n} EXISTS\r\n")); }},
    {"recent", [](auto& c, auto n) { c.open(10), answer(c, "NOOP", fetches(n, "* 1 RECENT\r\n")); }},
    {"fetch-flags",
     [](auto& c, auto n) {
       c.open(n), answer(c, "FETCH 1:* (FLAGS)", fetches(n, "* {n} FETCH (FLAGS (\\Seen))\r\n"));
     }},
    {"fetch-uid-flags",
     [](auto& c, auto n) {
       c.open(n), answer(c, "FETCH 1:* (UID FLAGS)", fetches(n, "* {n} FETCH (UID {n} FLAGS (\\Seen))\r\n"));
     }},
    {"fetch-again",
     [](auto& c, auto n) {
       c.open(1), answer(c, "FETCH 1 (FLAGS)", fetches(n, "* 1 FETCH (UID 1 FLAGS (\\Seen k{n}))\r\n"));
     }},
    {"fetch-unasked",
     [](auto& c, auto n) {
       c.open(n), answer(c, "NOOP", fetches(n, "* {n} FETCH (UID {n} FLAGS (\\Deleted) MODSEQ ({n}))\r\n"));
     }},
    {"fetch-then-search",
     [](auto& c, auto n) {
       c.open(n), answer(c, "FETCH 1:* (UID FLAGS)", fetches(n, "* {n} FETCH (UID {n} FLAGS (\\Seen))\r\n"));
       answer(c, "SEARCH SEEN", "* SEARCH" + lines(n, [](auto i) { return fmt::format(" {}", i); }) + "\r\n");
     }},
    {"fetch-then-noop-recent",
     [](auto& c, auto n) {
       c.open(n), answer(c, "FETCH 1:* (UID FLAGS)", fetches(n, "* {n} FETCH (UID {n} FLAGS (\\Seen))\r\n"));
       answer(c, "NOOP", fetches(n, "* 1 RECENT\r\n"));
     }},
    {"expunge-first", [](auto& c, auto n) { c.open(n), answer(c, "NOOP", fetches(n, "* 1 EXPUNGE\r\n")); }},
    {"expunge-known",
     [](auto& c, auto n) {
       c.open(n), answer(c, "FETCH 1:* (UID FLAGS)", fetches(n, "* {n} FETCH (UID {n} FLAGS (\\Deleted))\r\n"));
       answer(c, "EXPUNGE", fetches(n, "* 1 EXPUNGE\r\n"));
     }},
    {"expunge-descending",
     [](auto& c, auto n) {
       c.open(n), answer(c, "NOOP", lines(n, [n](auto i) { return fmt::format("* {} EXPUNGE\r\n", n - i + 1); }));
     }},
    {"expunge-too-many", [](auto& c, auto n) { c.open(1), answer(c, "NOOP", fetches(n, "* 7 EXPUNGE\r\n")); }},
    {"vanished",
     [](auto& c, auto n) {
       c.open(n), answer(c, "FETCH 1:* (UID)", fetches(n, "* {n} FETCH (UID {n})\r\n"));
       answer(c, "NOOP", fetches(n, "* VANISHED {n}\r\n"));
     }},
    {"vanished-wide",
     [](auto& c, auto n) {
       c.open(n), answer(c, "FETCH 1:* (UID)", fetches(n, "* {n} FETCH (UID {n})\r\n"));
       answer(c, "NOOP", "* VANISHED 1" + lines(n, [](auto i) { return fmt::format(",{}", 2 * i); }) + "\r\n");
     }},
    {"search-wide",
     [](auto& c, auto n) {
       c.open(n);
       answer(c, "SEARCH ALL", "* SEARCH" + lines(n, [](auto i) { return fmt::format(" {}", i); }) + "\r\n");
     }},
    {"list", [](auto& c, auto n) { answer(c, "LIST \"\" *", fetches(n, "* LIST () \"/\" box{n}\r\n")); }},
    {"list-nested", [](auto& c, auto n) { answer(c, "LIST \"\" *", fetches(n, "* LIST () \"/\" box/a{n}/b\r\n")); }},
    {"lsub", [](auto& c, auto n) { answer(c, "LSUB \"\" *", fetches(n, "* LSUB () \"/\" box{n}\r\n")); }},
    {"status",
     [](auto& c, auto n) {
       answer(c, "STATUS box (MESSAGES)", fetches(n, "* STATUS box{n} (MESSAGES {n} UIDNEXT {n})\r\n"));
     }},
    {"capability-wide",
     [](auto& c, auto n) {
       answer(c, "CAPABILITY",
              "* CAPABILITY IMAP4rev1" + lines(n, [](auto i) { return fmt::format(" X{}", i); }) + "\r\n");
     }},
    {"flags-wide",
     [](auto& c, auto n) {
       c.open(1);
       answer(c, "NOOP", "* FLAGS (a" + lines(n, [](auto i) { return fmt::format(" k{}", i); }) + ")\r\n");
       answer(c, "FETCH 1 FLAGS",
              "* 1 FETCH (FLAGS (a" + lines(n, [](auto i) { return fmt::format(" k{}", i); }) + "))\r\n");
     }},
    {"flags-many", [](auto& c, auto n) { c.open(1), answer(c, "NOOP", fetches(n, "* FLAGS (a{n})\r\n")); }},
    {"ok", [](auto& c, auto n) { answer(c, "NOOP", fetches(n, "* OK still here {n}\r\n")); }},
    {"uidnext", [](auto& c, auto n) { c.open(9), answer(c, "NOOP", fetches(n, "* OK [UIDNEXT {n}] x\r\n")); }},
    {"uidvalidity", [](auto& c, auto n) { c.open(9), answer(c, "NOOP", fetches(n, "* OK [UIDVALIDITY {n}] x\r\n")); }},
    {"copyuid-wide",
     [](auto& c, auto n) {
       auto const set = "1" + lines(n, [](auto i) { return fmt::format(",{}", 2 * i); });
       c.open(n), answer(c, "COPY 1:* box", fmt::format("* OK [COPYUID 7 {} {}] x\r\n", set, set));
     }},
    {"copyuid-many",
     [](auto& c, auto n) { c.open(9), answer(c, "COPY 1:* box", fetches(n, "* OK [COPYUID 7 {n} {n}] x\r\n")); }},
    {"unknown-tags", [](auto& c, auto n) { answer(c, "NOOP", fetches(n, "x{n} OK x\r\n")); }},
    {"continuations", [](auto& c, auto n) { answer(c, "NOOP", fetches(n, "+ {n}\r\n")); }},
    {"garbage", [](auto& c, auto n) { answer(c, "NOOP", fetches(n, "?? {n}\r\n")); }},
    {"empty-lines", [](auto& c, auto n) { answer(c, "NOOP", fetches(n, "\r\n")); }},
    {"literals",
     [](auto& c, auto n) {
       c.open(1);
       answer(c, "FETCH 1 BODY[]",
              "* 1 FETCH (X NIL" + lines(n, [](auto i) { return fmt::format(" BODY[{}] {{1}}\r\ny", i); }) + ")\r\n");
     }},
    {"structure-wide",
     [](auto& c, auto n) {
       c.open(1);
       answer(c, "FETCH 1 BODYSTRUCTURE", "* 1 FETCH (BODYSTRUCTURE (" + lines(n, [](auto) {
                                            return "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)";
                                          }) + " \"MIXED\"))\r\n");
     }},
    {"sessions",
     [](auto& c, auto n) {
       c.open(1);
       for (std::size_t i = 0; i < n; ++i) answer(c, "NOOP", "");
     }},
    {"pop-uidl",
     [](auto& c, auto n) {
       c.pop(event_kind::sent, "UIDL\r\n");
       c.pop(event_kind::received, "+OK\r\n" + fetches(n, "{n} id{n}\r\n") + ".\r\n");
     }},
    {"pop-uidl-twice",
     [](auto& c, auto n) {
       c.pop(event_kind::sent, "UIDL\r\n");
       c.pop(event_kind::received, "+OK\r\n" + fetches(n, "{n} same\r\n") + ".\r\n");
     }},
    {"pop-list",
     [](auto& c, auto n) {
       c.pop(event_kind::sent, "LIST\r\n");
       c.pop(event_kind::received, "+OK\r\n" + fetches(n, "{n} 10\r\n") + ".\r\n");
       c.pop(event_kind::sent, "STAT\r\n");
       c.pop(event_kind::received, fmt::format("+OK {} {}\r\n", n, 10 * n));
     }},
    {"pop-dele",
     [](auto& c, auto n) {
       for (std::size_t i = 1; i <= n; ++i)
         c.pop(event_kind::sent, fmt::format("DELE {}\r\n", i)), c.pop(event_kind::received, "+OK\r\n");
     }},
    {"pop-retr-lines",
     [](auto& c, auto n) {
       c.pop(event_kind::sent, "RETR 1\r\n");
       c.pop(event_kind::received, "+OK\r\n" + fetches(n, "..line {n}\r\n") + ".\r\n");
     }},
    {"pop-unasked", [](auto& c, auto n) { c.pop(event_kind::received, fetches(n, "+OK {n}\r\n")); }},
    {"pop-challenges",
     [](auto& c, auto n) {
       c.pop(event_kind::sent, "NOOP\r\n");
       c.pop(event_kind::received, fetches(n, "+ \r\n"));
     }},
    {"pop-pipelined",
     [](auto& c, auto n) {
       c.pop(event_kind::sent, fetches(n, "NOOP\r\n"));
       c.pop(event_kind::received, fetches(n, "+OK\r\n"));
     }},
};

void Growth(benchmark::State& state) {
  static std::map<int, std::map<double, double>> seconds;  // of each kind by size
  auto const& k = kinds[state.range(0)];
  auto const n = std::size_t(state.range(1));
  auto& mine = seconds[int(state.range(0))];
  for (auto _ : state) {
    auto const began = base::now();
    conversation c;
    k.play(c, n);
    mine[double(n)] = double((base::now() - began).count()) / 1e9;
  }
  // Least squares of log(seconds) over log(n).
  double x = 0, y = 0, xx = 0, xy = 0;
  for (auto const& [size, took] : mine) {
    auto const a = std::log(size), b = std::log(std::max(took, 1e-9));
    x += a, y += b, xx += a * a, xy += a * b;
  }
  auto const m = double(mine.size());
  if (mine.size() > 1) state.counters["exponent"] = (m * xy - x * y) / (m * xx - x * x);
  state.SetLabel(k.name);
  state.SetComplexityN(benchmark::IterationCount(n));
}

void all_kinds(benchmark::internal::Benchmark* b) {
  for (std::int64_t k = 0; k < std::int64_t(std::size(kinds)); ++k)
    for (std::int64_t const n : {1000, 10000, 100000}) b->Args({k, n});
}
BENCHMARK(Growth)->Apply(all_kinds)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
