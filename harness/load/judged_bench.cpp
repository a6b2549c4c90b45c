// What a load run's checkers cost a command, without sockets: the conversation of one session that a server's answers
// are played to, judged by what judges a load run, beside the models alone. Instructions repeat where times drift:
// ci/bench says how they are counted.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>

#include "load/session_events.hpp"

using namespace mailrig;

namespace {

constexpr std::size_t messages = 50;

/// A session that has logged in, and what it says and hears from then on.
class judged_session {
 public:
  explicit judged_session(bool check) : judge_(load::session_checkers(check), nullptr) {
    tell(history::event_kind::opened, "u1 127.0.0.1:143");
    hear("* OK [CAPABILITY IMAP4rev1 LITERAL+ IDLE UIDPLUS ENABLE ESEARCH CONDSTORE QRESYNC MOVE] ready\r\n");
    command("LOGIN u1 secret", "[CAPABILITY IMAP4rev1 LITERAL+ IDLE UIDPLUS ENABLE ESEARCH CONDSTORE QRESYNC MOVE] ",
            "");
    select();
  }

  void command(std::string_view text, std::string_view code, std::string_view data) {
    auto const tag = ++tags_;
    said_.clear();
    fmt::format_to(std::back_inserter(said_), "m{} {}\r\n", tag, text);
    tell(history::event_kind::sent, said_);
    said_.assign(data);
    fmt::format_to(std::back_inserter(said_), "m{} OK {}Done (0.001 + 0.000 secs).\r\n", tag, code);
    hear(said_);
  }

  void select() {
    command("SELECT INBOX", "[READ-WRITE] ",
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
            "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Flags permitted.\r\n"
            "* 50 EXISTS\r\n* 0 RECENT\r\n* OK [UNSEEN 1] First unseen.\r\n* OK [UIDVALIDITY 1700000000] UIDs valid\r\n"
            "* OK [UIDNEXT 51] Predicted next UID\r\n* OK [HIGHESTMODSEQ 101] Highest\r\n");
  }

  /// The first, which should not be.
  std::string finding() const {
    auto const& all = judge_.findings();
    return all.empty() ? std::string() : fmt::format("a checker found something: {}, {}", all[0].rule, all[0].text);
  }

 private:
  void tell(history::event_kind kind, std::string_view octets) {
    at_ += std::chrono::microseconds(100);
    judge_.take({at_, 1, kind, history::protocol::imap, octets});
  }
  void hear(std::string_view octets) { tell(history::event_kind::received, octets); }

  check::judge judge_;
  base::instant at_{};
  std::uint64_t tags_ = 0;
  std::string said_;
};

/// Header fields of a message, as a mail program asks for them to list a mailbox.
std::string headers_of(std::size_t n) {
  auto const text = fmt::format(
      "Date: Mon, 7 Feb 1994 21:52:{:02} -0800\r\nFrom: A Correspondent <a{}@example.test>\r\nTo: b@example.test\r\n"
      "Subject: a subject of some length, number {}\r\nMessage-Id: <{}.correspondent@example.test>\r\n\r\n",
      n % 60, n, n, n);
  return fmt::format(
      "* {} FETCH (UID {} FLAGS (\\Seen) INTERNALDATE \"07-Feb-1994 21:52:25 -0800\" RFC822.SIZE {} BODY[HEADER.FIELDS "
      "(DATE FROM TO CC SUBJECT MESSAGE-ID REFERENCES)] {{{}}}\r\n{})\r\n",
      n, n, 1000 + n, text.size(), text);
}

std::string all_headers() {
  std::string out;
  for (std::size_t n = 1; n <= messages; ++n) out += headers_of(n);
  return out;
}

std::string flags_of(std::size_t n, std::string_view flags) {
  return fmt::format("* {} FETCH (UID {} FLAGS ({}))\r\n", n, n, flags);
}

void finish(benchmark::State& state, judged_session const& s, std::int64_t commands) {
  if (!s.finding().empty()) state.SkipWithError(s.finding().c_str());
  state.SetItemsProcessed(std::int64_t(state.iterations()) * commands);
}

void judged_noop(benchmark::State& state, bool check) {
  judged_session s(check);
  for (auto _ : state) s.command("NOOP", "", "");
  finish(state, s, 1);
}

/// SELECT, and FETCH of fifty headers.
void judged_select_fetch(benchmark::State& state, bool check) {
  judged_session s(check);
  auto const data = all_headers();
  for (auto _ : state) {
    s.select();
    s.command(
        "FETCH 1:50 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID "
        "REFERENCES)])",
        "", data);
  }
  finish(state, s, 2);
}

/// What `ci/bench beside` has of each session, all of it that leaves the mailbox as it was.
void judged_mixed(benchmark::State& state, bool check) {
  judged_session s(check);
  std::string ten;
  for (std::size_t n = 41; n <= 50; ++n) ten += headers_of(n);
  std::string const body(1000, 'x');
  auto const whole = fmt::format("* 7 FETCH (UID 7 BODY[] {{{}}}\r\n{})\r\n", body.size(), body);
  auto const on = flags_of(9, "\\Flagged"), off = flags_of(9, "");
  for (auto _ : state) {
    s.command("LIST \"\" *", "", "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\HasNoChildren) \"/\" Sent\r\n");
    s.command(
        "FETCH 41:50 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC SUBJECT MESSAGE-ID "
        "REFERENCES)])",
        "", ten);
    s.command("FETCH 7 (UID BODY.PEEK[])", "", whole);
    s.command("UID STORE 9 +FLAGS (\\Flagged)", "", on);
    s.command("UID STORE 9 -FLAGS (\\Flagged)", "", off);
    s.command("UID SEARCH UNSEEN", "", "* SEARCH\r\n");
    s.command("STATUS Sent (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)", "",
              "* STATUS Sent (MESSAGES 3 UNSEEN 0 UIDNEXT 4 UIDVALIDITY 1700000001)\r\n");
    s.command("EXPUNGE", "", "");
    s.command("NOOP", "", "");
  }
  finish(state, s, 9);
}

// So many, that what a run of the program costs can be taken off: `ci/bench instructions`.
BENCHMARK_CAPTURE(judged_noop, checkers, true)->Iterations(20000);
BENCHMARK_CAPTURE(judged_noop, models_alone, false)->Iterations(20000);
BENCHMARK_CAPTURE(judged_select_fetch, checkers, true)->Iterations(200);
BENCHMARK_CAPTURE(judged_select_fetch, models_alone, false)->Iterations(200);
BENCHMARK_CAPTURE(judged_mixed, checkers, true)->Iterations(500);
BENCHMARK_CAPTURE(judged_mixed, models_alone, false)->Iterations(500);

}  // namespace
