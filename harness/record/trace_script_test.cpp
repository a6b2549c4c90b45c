// A trace becomes a scenario: who sent what in which order, the mail that was there, names for what is the server's.
#include "record/trace_script.hpp"

#include <gtest/gtest.h>

#include "scenario/script_text.hpp"

namespace mailrig::record::trace_script_test {

using history::event_kind;
using history::protocol;

namespace {

/// A trace, said line by line.
struct said {
  record::kept_trace trace{"x.jsonl", {}, {}, {}};
  int now = 0;

  void add(history::session_id id, event_kind k, protocol p, std::string octets) {
    trace.events.push_back({std::chrono::milliseconds(++now), id, k, p, std::move(octets)});
  }
  void imap(history::session_id id) {
    add(id, event_kind::opened, protocol::imap, "u1 host");
    server(id, "* OK hi");
    client(id, "a LOGIN u ******");
    server(id, "a OK in");
  }
  void client(history::session_id id, std::string const& line) {
    add(id, event_kind::sent, protocol::imap, line + "\r\n");
  }
  void server(history::session_id id, std::string const& line) {
    add(id, event_kind::received, protocol::imap, line + "\r\n");
  }
  void asks(history::session_id id, std::string const& line, std::vector<std::string> const& data = {},
            std::string const& status = "OK done") {
    client(id, line);
    for (auto const& d : data) server(id, d);
    server(id, line.substr(0, line.find(' ')) + " " + status);
  }
  void pop3(history::session_id id, std::string const& line, std::string const& reply) {
    add(id, event_kind::sent, protocol::pop3, line + "\r\n");
    add(id, event_kind::received, protocol::pop3, reply + "\r\n");
  }

  /// The scenario's text without its header's first lines; it can be read again.
  std::string told() const {
    scenario::mailroom const room(MAILRIG_SOURCE_DIR "/fixtures/mail");
    auto const r = record::script_of_trace(trace, room, history::catalogue());
    if (!r) return r.error().text;
    auto const text = scenario::script_text(r->script, r->remarks);
    auto const again = scenario::read_script(text, "x.scn", "x");
    EXPECT_TRUE(again) << again.error().text;
    return text;
  }
};

bool has(std::string const& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(TraceScript, SaysWhatTheClientsDid) {
  said t;
  t.imap(1);
  t.client(1, "b APPEND INBOX {6}");
  t.server(1, "+ go");
  t.add(1, event_kind::sent, protocol::imap, "A: $\r\n\r\n");
  t.server(1, "b OK done");
  t.add(2, event_kind::opened, protocol::pop3, "u1 host");
  t.add(2, event_kind::received, protocol::pop3, "+OK hi\r\n");
  t.pop3(2, "USER u", "+OK");
  t.pop3(2, "PASS ******", "+OK");
  t.pop3(2, "DELE 1", "+OK");
  auto const text = t.told();
  EXPECT_TRUE(has(text, "sessions  s1=imap/authenticated p2=pop3/closed")) << text;
  EXPECT_TRUE(has(text, "message   letter1 \"A: \\x24\\r\\n\"")) << text;
  EXPECT_TRUE(has(text, "s1> APPEND INBOX {mail letter1}\ns1< OK\np2: login\np2> DELE 1\np2< +OK\n")) << text;
  EXPECT_FALSE(has(text, "LOGIN")) << text;
}

TEST(TraceScript, HasTheMailThatWasThere) {
  said t;
  t.imap(1);
  t.asks(1, "b SELECT INBOX",
         {"* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)", "* 3 EXISTS", "* 1 RECENT",
          "* OK [UIDVALIDITY 7] ."});
  t.asks(1, "c FETCH 1:3 (UID FLAGS RFC822.SIZE)",
         {"* 1 FETCH (UID 11 FLAGS (\\Seen \\Recent) RFC822.SIZE 400)", "* 2 FETCH (UID 15 FLAGS () RFC822.SIZE 19)",
          "* 3 FETCH (UID 17 FLAGS () RFC822.SIZE 19)"});
  t.asks(1, "d UID FETCH 15 BODY.PEEK[]", {"* 2 FETCH (UID 15 BODY[] {19}\r\nSubject: 12\r\n\r\nhi\r\n)"});
  auto const text = t.told();
  EXPECT_TRUE(has(text, "message   letter1 \"Subject: 12\\r\\n\\r\\nhi\\r\\n\"")) << text;
  EXPECT_TRUE(has(text, "mail      size-400 (\\Seen) letter1 plain\n\n")) << text;
  EXPECT_TRUE(has(text, "\n\nclient> FETCH 1:3 (UID FLAGS RFC822.SIZE)\nclient< OK\n")) << text;
  EXPECT_TRUE(has(text, "client> UID FETCH $uid2 BODY.PEEK[]\nclient< OK\n")) << text;
}

TEST(TraceScript, BindsUidsOfMailThatCame) {
  said t;
  t.imap(1);
  t.asks(1, "b SELECT INBOX", {"* 0 EXISTS", "* 0 RECENT"});
  t.asks(1, "c NOOP", {"* 1 EXISTS", "* 0 RECENT"});
  t.asks(1, "d FETCH 1 (UID)", {"* 1 FETCH (UID 90)"});
  t.asks(1, "e UID STORE 90,91 +FLAGS ($label1)", {"* 1 FETCH (UID 90 FLAGS ($label1))"});
  auto const text = t.told();
  EXPECT_TRUE(has(text, "client< * 1 FETCH (UID $uid1)\nclient< OK\nclient> UID STORE $uid1,91 +FLAGS ($Label1)"))
      << text;
  EXPECT_TRUE(has(text, "# Left out: the UID 91 of INBOX stands as it was")) << text;
}

TEST(TraceScript, MakesMailboxesThatWereThere) {
  said t;
  t.imap(1);
  t.asks(1, "b LIST \"\" *",
         {"* LIST () \".\" INBOX", "* LIST () \".\" \"INBOX.My work\"", "* LIST () \".\" Old.2025"});
  t.asks(1, "c SELECT \"INBOX.My work\"", {"* 2 EXISTS", "* 0 RECENT"});
  t.asks(1, "d CREATE Old.2026");
  t.asks(1, "e COPY 1 Old.2025");
  auto const text = t.told();
  EXPECT_TRUE(
      has(text, "client> CREATE \"${box}-My work\"\nclient< OK\nclient> APPEND \"${box}-My work\" {mail plain}\n"))
      << text;
  EXPECT_TRUE(has(text, "client> CREATE ${box}-Old${sep}2026\nclient< OK\nclient> COPY 1 ${box}-Old${sep}2025\n"))
      << text;
}

TEST(TraceScript, WaitsWhereTheOrderNeedsIt) {
  said t;
  t.imap(1);
  t.asks(1, "b SELECT INBOX", {"* 0 EXISTS", "* 0 RECENT"});
  t.imap(2);
  t.client(1, "c IDLE");
  t.server(1, "+ idling");
  t.asks(2, "b APPEND INBOX {mail}", {}, "BAD no");
  t.server(1, "* 1 EXISTS");
  t.client(1, "DONE");
  t.server(1, "c OK done");
  auto const text = t.told();
  EXPECT_TRUE(has(text, "s1> IDLE\ns1< +\ns2> APPEND INBOX")) << text;
  EXPECT_TRUE(has(text, "s2< BAD | OK | NO | closed\ns1< within 5s * 1 EXISTS\ns1> DONE\ns1< OK\n")) << text;
}

TEST(TraceScript, SaysWhatTheCheckersFound) {
  said t;
  t.imap(1);
  t.asks(1, "b SELECT INBOX", {"* 1 EXISTS", "* 0 RECENT"});
  t.asks(1, "c FETCH 1 (UID)", {"* 4 EXPUNGE"});
  scenario::mailroom const room(MAILRIG_SOURCE_DIR "/fixtures/mail");
  auto const r = record::script_of_trace(t.trace, room, history::catalogue());
  ASSERT_TRUE(r);
  ASSERT_TRUE(r->foremost);
  EXPECT_EQ(r->script.proves, std::vector<std::string>{r->foremost->requirement});
  EXPECT_TRUE(has(r->remarks.at(1), "There " + r->foremost->rule + ": "));
}

TEST(TraceScript, ExpectsWhatCame) {
  said t;
  t.imap(1);
  t.asks(1, "b SELECT INBOX", {"* 2 EXISTS", "* 0 RECENT", "* FLAGS (\\Seen)"}, "OK [READ-WRITE] in");
  t.asks(
      1, "c UID FETCH 1:* (FLAGS INTERNALDATE)",
      {"* 1 FETCH (UID 5 FLAGS (\\Recent) INTERNALDATE \"05-Jan-2026 10:00:00 +0000\")", "* 2 FETCH (UID 9 FLAGS ())"});
  t.asks(1, "d UID SEARCH ALL", {"* SEARCH 5 9"});
  t.asks(1, "e STATUS INBOX (MESSAGES UIDNEXT)", {"* STATUS INBOX (MESSAGES 2 UIDNEXT 10)"});
  t.asks(1, "f NOOP", {}, "NO not now");
  t.asks(1, "g LIST \"\" *", {"* LIST (\\Marked) \"/\" INBOX", "* LIST () \"/\" Other"});
  scenario::mailroom const room(MAILRIG_SOURCE_DIR "/fixtures/mail");
  auto const r = record::script_of_trace(t.trace, room, history::catalogue(), record::expecting::came);
  ASSERT_TRUE(r);
  auto const text = scenario::script_text(r->script);
  EXPECT_TRUE(
      has(text, "client> SELECT INBOX\nclient< * 2 EXISTS\nclient< * FLAGS (\\Seen)\nclient< OK [READ-WRITE]\n"))
      << text;
  EXPECT_TRUE(has(text,
                  "client< * 1 FETCH (UID $uid1 FLAGS () INTERNALDATE \"05-Jan-2026 10:00:00 +0000\")\nclient< * 2 "
                  "FETCH (UID $uid2 FLAGS ())\n"))
      << text;
  EXPECT_TRUE(has(text, "client< * SEARCH $uid1 $uid2\nclient< OK\n")) << text;
  EXPECT_TRUE(has(text, "client< * STATUS INBOX (MESSAGES 2 UIDNEXT _)\n")) << text;
  EXPECT_TRUE(has(text, "client> NOOP\nclient< NO\n")) << text;
  EXPECT_TRUE(has(text, "client> LIST \"\" *\nclient< * LIST () _ INBOX\nclient< OK\n")) << text;
  EXPECT_TRUE(scenario::read_script(text, "x.scn", "x"));
}

TEST(TraceScript, GivesTheMailItsDatesWhereTheyMatter) {
  said t;
  t.imap(1);
  t.asks(1, "b SELECT INBOX", {"* 3 EXISTS", "* 0 RECENT"});
  t.asks(1, "c FETCH 1:3 (UID FLAGS INTERNALDATE)",
         {"* 1 FETCH (UID 5 FLAGS (\\Seen) INTERNALDATE \" 5-Jan-2026 10:00:00 +0000\")",
          "* 2 FETCH (UID 6 FLAGS () INTERNALDATE \"06-Jan-2026 10:00:00 +0100\")", "* 3 FETCH (UID 9 FLAGS ())"});
  auto const text = t.told();
  EXPECT_TRUE(
      has(text, "mail      plain (\\Seen) \" 5-Jan-2026 10:00:00 +0000\" plain \"06-Jan-2026 10:00:00 +0100\" plain\n"))
      << text;
  said other;
  other.imap(1);
  other.asks(1, "b SELECT INBOX", {"* 1 EXISTS", "* 0 RECENT"});
  other.asks(1, "c FETCH 1 (UID FLAGS)", {"* 1 FETCH (UID 5 INTERNALDATE \"05-Jan-2026 10:00:00 +0000\")"});
  EXPECT_FALSE(has(other.told(), "Jan-2026")) << "nobody asked for it";
}

TEST(TraceScript, NamesUidvalidity) {
  said t;
  t.imap(1);
  t.asks(1, "b SELECT INBOX", {"* FLAGS (\\Seen)", "* 1 EXISTS", "* 0 RECENT", "* OK [UIDVALIDITY 67890007] v"},
         "OK [READ-WRITE] in");
  t.asks(1, "c STATUS INBOX (UIDVALIDITY)", {"* STATUS INBOX (UIDVALIDITY 67890007)"});
  t.asks(1, "d SELECT INBOX (QRESYNC (67890007 20 1:2))",
         {"* FLAGS (\\Seen)", "* 1 EXISTS", "* 0 RECENT", "* OK [UIDVALIDITY 67890007] v"}, "OK [READ-WRITE] in");
  auto const right = t.told();
  EXPECT_TRUE(has(right, "client< * OK [UIDVALIDITY $validity]\nclient< OK\n")) << right;
  EXPECT_TRUE(has(right, "client> SELECT INBOX (QRESYNC ($validity 20 1:2))\n")) << right;
  scenario::mailroom const room(MAILRIG_SOURCE_DIR "/fixtures/mail");
  auto const r = record::script_of_trace(t.trace, room, history::catalogue(), record::expecting::came);
  ASSERT_TRUE(r);
  auto const came = scenario::script_text(r->script);
  EXPECT_TRUE(has(came, "client< * OK [UIDVALIDITY $validity]\nclient< OK [READ-WRITE]\n")) << came;
  EXPECT_TRUE(has(came, "client< * STATUS INBOX (UIDVALIDITY $validity)\n")) << came;
  EXPECT_TRUE(scenario::read_script(came, "x.scn", "x"));
}

TEST(TraceScript, LearnsOfTheMailFromALongerTrace) {
  said t;
  t.imap(1);
  t.asks(1, "b SELECT INBOX", {"* 1 EXISTS", "* 0 RECENT"});
  t.asks(1, "c FETCH 1 (UID)", {"* 1 FETCH (UID 5)"});
  auto longer = t;
  longer.asks(1, "d FETCH 1 (RFC822.SIZE)", {"* 1 FETCH (RFC822.SIZE 4711)"});
  scenario::mailroom const room(MAILRIG_SOURCE_DIR "/fixtures/mail");
  auto const r = record::script_of_trace(t.trace, room, history::catalogue(), record::expecting::right, &longer.trace);
  ASSERT_TRUE(r);
  ASSERT_EQ(r->script.mail.size(), 1u);
  EXPECT_EQ(r->script.mail[0].name, "size-4711");
}

}  // namespace mailrig::record::trace_script_test
