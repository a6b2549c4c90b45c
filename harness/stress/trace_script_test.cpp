// A trace becomes a script: who sent what in which order, literals and all, without the login.
#include "stress/trace_script.hpp"

#include <gtest/gtest.h>

#include "base/scratch_folder.hpp"
#include "history/trace.hpp"
#include "scenario/script_text.hpp"

using namespace mailrig;
using history::event_kind;
using history::protocol;

TEST(TraceScript, SaysWhatTheClientsDid) {
  auto const folder = base::scratch_folder::make("trace-script");
  auto const file = folder->path() / "x.jsonl";
  {
    auto out = history::trace_writer::open(file, {{"scenario", "x"}});
    ASSERT_TRUE(out);
    auto say = [&](history::session_id id, event_kind k, protocol p, std::string_view octets) {
      out->take({{}, id, k, p, octets});
    };
    say(1, event_kind::opened, protocol::imap, "u1 host");
    say(1, event_kind::received, protocol::imap, "* OK hi\r\n");
    say(1, event_kind::sent, protocol::imap, "a LOGIN u ******\r\n");
    say(1, event_kind::received, protocol::imap, "a OK in\r\n");
    say(1, event_kind::sent, protocol::imap, "b APPEND INBOX {6}\r\n");
    say(1, event_kind::received, protocol::imap, "+ go\r\n");
    say(1, event_kind::sent, protocol::imap, "A: $\r\n\r\n");
    say(1, event_kind::received, protocol::imap, "b OK done\r\n");
    say(2, event_kind::opened, protocol::pop3, "u1 host");
    say(2, event_kind::received, protocol::pop3, "+OK hi\r\n");
    say(2, event_kind::sent, protocol::pop3, "USER u\r\n");
    say(2, event_kind::received, protocol::pop3, "+OK\r\n");
    say(2, event_kind::sent, protocol::pop3, "PASS ******\r\n");
    say(2, event_kind::received, protocol::pop3, "+OK\r\n");
    say(2, event_kind::sent, protocol::pop3, "DELE 1\r\n");
    say(2, event_kind::received, protocol::pop3, "+OK\r\n");
  }
  auto const s = stress::script_of_trace(file);
  ASSERT_TRUE(s) << s.error().text;
  auto const text = scenario::script_text(*s);
  EXPECT_NE(text.find("sessions  s1=imap/closed p2=pop3/closed"), std::string::npos) << text;
  EXPECT_NE(text.find("s1: login\ns1> APPEND INBOX {text \"A: \\x24\\r\\n\"}"), std::string::npos) << text;
  EXPECT_NE(text.find("p2: try-login\np2> DELE 1\np2< +OK | -ERR | closed"), std::string::npos) << text;
  EXPECT_EQ(text.find("LOGIN"), std::string::npos) << text;
}
