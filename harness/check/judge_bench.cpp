// How fast a history of several devices is judged, and what it costs in memory: every checker on, one mail store, a
// mailbox that keeps its size while messages come, change and go.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "check/judge.hpp"

using namespace mailrig;
using history::event_kind;
using history::protocol;

namespace {

/// Four sessions on one mailbox: one appends, one flags, one expunges, all poll. About nine events a round.
class devices {
 public:
  explicit devices(check::judge& j) : judge_(j) {
    for (history::session_id id = 1; id <= 4; ++id) {
      say(id, event_kind::opened, "u1 host");
      say(id, event_kind::received, "* OK hi\r\n");
      ask(id, "LOGIN u p");
      tell(id, "");
      ask(id, "SELECT INBOX");
      tell(id,
           "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* 0 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY "
           "7] v\r\n* OK "
           "[UIDNEXT 1] n\r\n* OK [PERMANENTFLAGS (\\Deleted \\Seen \\Flagged \\*)] p\r\n");
    }
  }

  void round() {
    ++uid_;
    ask(1, "APPEND INBOX {10+}\r\nX: 1\r\n\r\nhi");
    ++size_;
    tell(1, fmt::format("* {} EXISTS\r\n", size_), fmt::format("[APPENDUID 7 {}] ", uid_));
    for (history::session_id id = 2; id <= 4; ++id) {
      ask(id, "NOOP");
      tell(id, fmt::format("* {} EXISTS\r\n", size_));
    }
    for (history::session_id id = 1; id <= 4; ++id) {
      ask(id, fmt::format("FETCH {} (UID FLAGS)", size_));
      tell(id, fmt::format("* {} FETCH (UID {} FLAGS ())\r\n", size_, uid_));
    }
    ask(2, fmt::format("STORE {} +FLAGS.SILENT (\\Flagged)", size_));
    tell(2, "");
    for (history::session_id id : {1, 3, 4}) {
      ask(id, "NOOP");
      tell(id, fmt::format("* {} FETCH (FLAGS (\\Flagged))\r\n", size_));
    }
    if (size_ <= 200) return;
    ask(3, "STORE 1 +FLAGS.SILENT (\\Deleted)");
    tell(3, "");
    ask(3, "EXPUNGE");
    tell(3, "* 1 EXPUNGE\r\n");
    --size_;
    for (history::session_id id : {1, 2, 4}) {
      ask(id, "NOOP");
      tell(id, "* 1 EXPUNGE\r\n");
    }
  }

  std::uint64_t events() const { return events_; }

 private:
  void say(history::session_id id, event_kind kind, std::string_view octets) {
    at_ += std::chrono::microseconds(10);
    judge_.take({at_, id, kind, protocol::imap, octets});
    ++events_;
  }
  void ask(history::session_id id, std::string const& text) {
    say(id, event_kind::sent, fmt::format("t{} {}\r\n", ++tag_, text));
  }
  void tell(history::session_id id, std::string const& data, std::string const& code = {}) {
    say(id, event_kind::received, fmt::format("{}t{} OK {}done\r\n", data, tag_, code));
  }

  check::judge& judge_;
  base::instant at_{};
  std::uint64_t events_ = 0, tag_ = 0, uid_ = 0;
  std::size_t size_ = 0;
};

void JudgeHistory(benchmark::State& state) {
  auto const wanted = std::uint64_t(state.range(0));
  std::uint64_t findings = 0;
  for (auto _ : state) {
    check::judge j(base::registry<check::checker_kind>::all(), nullptr);
    devices d(j);
    while (d.events() < wanted) d.round();
    findings = j.findings().size();
    state.counters["events"] = double(d.events());
  }
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  state.counters["peak_MiB"] = double(use.ru_maxrss) / 1024;
  state.counters["findings"] = double(findings);
}
BENCHMARK(JudgeHistory)->Arg(10000)->Arg(100000)->Arg(1000000)->Unit(benchmark::kSecond)->Iterations(1);

}  // namespace
