// What the finding in a trace needs stays; other connections and commands go.
#include "stress/trace_shrink.hpp"

#include <gtest/gtest.h>

namespace mailrig::stress::trace_shrink_test {

using history::event_kind;

namespace {

record::kept_trace day() {
  record::kept_trace t{"day.jsonl", {}, {}, {}};
  int now = 0;
  auto say = [&](history::session_id id, event_kind k, std::string octets) {
    t.events.push_back({std::chrono::milliseconds(++now), id, k, history::protocol::imap, std::move(octets)});
  };
  for (history::session_id const id : {1u, 2u}) {
    say(id, event_kind::opened, "u1 host");
    say(id, event_kind::received, "* OK hi\r\n");
    say(id, event_kind::sent, "a LOGIN u ******\r\n");
    say(id, event_kind::received, "a OK in\r\n");
    say(id, event_kind::sent, "b SELECT INBOX\r\n");
    say(id, event_kind::received,
        "* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7] .\r\nb OK in\r\n");
  }
  // Two commands in one write, a literal in two.
  say(1, event_kind::sent, "c NOOP\r\nd NOOP\r\n");
  say(1, event_kind::received, "c OK\r\nd OK\r\n");
  say(1, event_kind::sent, "e APPEND INBOX {8}\r\n");
  say(1, event_kind::received, "+ go\r\n");
  say(1, event_kind::sent, "A: b\r\n\r\n\r\n");
  say(1, event_kind::received, "e OK done\r\n");
  say(2, event_kind::sent, "c FETCH 1 FLAGS\r\n");
  say(2, event_kind::received, "* 9 EXPUNGE\r\nc OK done\r\n");
  say(1, event_kind::sent, "f NOOP\r\n");
  say(1, event_kind::received, "f OK\r\n");
  return t;
}

std::string sent(record::kept_trace const& t) {
  std::string out;
  for (auto const& e : t.events)
    if (e.kind == event_kind::sent) out += e.octets;
  return out;
}

}  // namespace

TEST(TraceSteps, EachCommandIsOne) {
  auto const all = record::steps_of(day());
  std::string texts;
  for (auto const& s : all.steps) texts += std::to_string(s.events.size()) + " ";
  // Beginnings with opened, greeting, LOGIN and its answer; SELECT with six lines; NOOP, NOOP, APPEND, FETCH, NOOP.
  EXPECT_EQ(texts, "4 6 4 6 2 2 2 3 2 ");
  EXPECT_EQ(sent(all.trace), sent(day()));
}

TEST(TraceShrink, KeepsWhatTheFindingNeeds) {
  std::atomic<bool> const interrupted{false};
  auto const small = stress::shrink_trace(day(), "seqmap.expunge-range", history::catalogue(),
                                          base::now() + std::chrono::seconds(20), interrupted);
  ASSERT_TRUE(small) << small.error().text;
  EXPECT_EQ(sent(small->trace), "a LOGIN u ******\r\nb SELECT INBOX\r\nc FETCH 1 FLAGS\r\n");
  EXPECT_EQ(small->of_steps, 9u);
}

TEST(TraceShrink, KeepsWhatMayHaveCausedAnEffect) {
  auto t = day();
  int now = 1000;
  auto say = [&](event_kind k, std::string octets) {
    t.events.push_back({std::chrono::milliseconds(++now), 1, k, history::protocol::imap, std::move(octets)});
  };
  say(event_kind::sent, "g FETCH 1:3 (UID FLAGS)\r\n");
  say(event_kind::received,
      "* 1 FETCH (UID 5 FLAGS ())\r\n* 2 FETCH (UID 6 FLAGS ())\r\n* 3 FETCH (UID 7 FLAGS ())\r\ng OK\r\n");
  say(event_kind::sent, "h STORE 1 +FLAGS.SILENT (\\Deleted)\r\n");
  say(event_kind::received, "h OK\r\n");
  say(event_kind::sent, "i EXPUNGE\r\n");
  say(event_kind::received, "* 2 EXPUNGE\r\ni OK\r\n");
  say(event_kind::sent, "j STORE 1 +FLAGS (\\Seen)\r\n");
  say(event_kind::received, "j OK\r\n");
  std::atomic<bool> const interrupted{false};
  auto const small = stress::shrink_trace(t, "mail_life.vanished", history::catalogue(),
                                          base::now() + std::chrono::seconds(20), interrupted);
  ASSERT_TRUE(small) << small.error().text;
  auto const text = sent(small->trace);
  EXPECT_NE(text.find("h STORE 1 +FLAGS.SILENT"), std::string::npos) << text;
  EXPECT_NE(text.find("i EXPUNGE"), std::string::npos) << text;
  EXPECT_EQ(text.find("j STORE"), std::string::npos) << "what came later is no cause: " << text;
  EXPECT_EQ(text.find("NOOP"), std::string::npos) << text;
}

TEST(TraceShrink, WantsAFinding) {
  std::atomic<bool> const interrupted{false};
  EXPECT_FALSE(stress::shrink_trace(day(), "search.missing", history::catalogue(),
                                    base::now() + std::chrono::seconds(20), interrupted));
}

}  // namespace mailrig::stress::trace_shrink_test
