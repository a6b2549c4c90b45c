#include "scenario/script.hpp"

#include <gtest/gtest.h>

#include "scenario/suite.hpp"

namespace mailrig::scenario::script_test {

namespace {
std::string fault_of(std::string_view body) {
  auto const s = read_script("title t\nproves RFC3501-6.1.2-01\nsessions a b=pop3\n" + std::string(body), "x.scn", "x");
  return s ? "" : s.error().text;
}
}  // namespace

TEST(Script, GroupsWhatBelongsTogether) {
  auto const s = read_script(
      "title t\nproves RFC3501-6.1.2-01\nsessions a b=pop3/closed\nmail plain x 2 (\\Seen) dot-line\n\n"
      "a> NOOP\na> NOOP\na< * 1 EXISTS\na< OK | NO\na< OK\nb< +OK\nb< 1 _\nb< +OK\n",
      "x.scn", "dir/x");
  ASSERT_TRUE(s) << s.error().text;
  ASSERT_EQ(s->operations.size(), 5u);
  EXPECT_EQ(s->operations[0].lines.size(), 2u);
  EXPECT_EQ(s->operations[1].expectations.size(), 2u);
  EXPECT_EQ(s->operations[1].completion()->alternatives.size(), 2u);
  EXPECT_EQ(s->operations[3].expectations.size(), 2u);
  EXPECT_EQ(s->mail[0].copies, 2u);
  EXPECT_EQ(s->mail[0].flags.size(), 1u);
  EXPECT_EQ(s->sessions[1].state, start_state::closed);
}

TEST(Script, ASecondUsersSessionsSayTwo) {
  auto const s = read_script(
      "title t\nproves RFC2342-2-03\ntags attack\nsessions a=imap@2/greeting b=pop3@2 c\n\na> NOOP\na< OK\n", "x.scn",
      "x");
  ASSERT_TRUE(s) << s.error().text;
  EXPECT_EQ(s->users(), 2u);
  EXPECT_TRUE(s->is_attack());
  EXPECT_EQ(s->sessions[0].user, 2u);
  EXPECT_EQ(s->sessions[0].state, start_state::greeting);
  EXPECT_EQ(s->sessions[1].user, 2u);
  EXPECT_EQ(s->sessions[2].user, 1u);
  auto const third = read_script("title t\nproves RFC2342-2-03\nsessions a=imap@3\na> NOOP\na< OK\n", "x.scn", "x");
  ASSERT_FALSE(third);
  EXPECT_NE(third.error().text.find("x.scn:3:16: there are two users"), std::string::npos) << third.error().text;
}

TEST(Script, MistakesAreShownWithACaret) {
  EXPECT_EQ(fault_of("a> NOOP\nc< OK\n"),
            "x.scn:5:1: 'c' is no session of this scenario; did you mean 'a'?\n    c< OK\n    ^");
  EXPECT_EQ(fault_of("needz UIDPLUS\na> NOOP\n"),
            "x.scn:4:1: 'needz' is no header and no session; did you mean 'needs'?\n    needz UIDPLUS\n    ^");
  EXPECT_EQ(fault_of("a< OK completed\n"),
            "x.scn:4:7: human-readable text is not compared; leave it out\n    a< OK completed\n          ^");
  EXPECT_EQ(fault_of("a< * 1 FETCH (FLAGS\n"),
            "x.scn:4:20: ')' is missing\n    a< * 1 FETCH (FLAGS\n                       ^");
  EXPECT_NE(fault_of("a: dorp\n").find("did you mean 'drop'?"), std::string::npos);
  EXPECT_NE(fault_of("a: sasl\n").find("'sasl' and 'authenticate' take a mechanism"), std::string::npos);
  EXPECT_EQ(fault_of("a: authenticate SCRAM-SHA-256 flag=y\na< NO\n"), "");
  EXPECT_NE(fault_of("a: explore serach\n").find("did you mean 'search'?"), std::string::npos);
  EXPECT_NE(fault_of("b: explore store\n").find("not for this session's protocol"), std::string::npos);
  EXPECT_NE(fault_of("a: explore store often\n").find("takes a kind"), std::string::npos);
  EXPECT_NE(fault_of("pause 2 weeks\n").find("pause takes a time"), std::string::npos);
  EXPECT_NE(fault_of("concurrently {\na> NOOP\n").find("is not closed"), std::string::npos);
  EXPECT_NE(fault_of("").find("needs a conversation"), std::string::npos);
}

TEST(Script, AnAlternativeMayEndTheConversation) {
  auto const s = read_script(
      "title t\nproves RFC3501-6.3.3-01\nsessions a b=pop3\n\n"
      "a> CREATE $box\na< OK | end NO [CANNOT] | end closed\n"
      "a> DELETE $box\na< trait delete: OK = done | end NO = refused\nb> TOP 1 0\nb< +OK | end -ERR\na: poll 3\n",
      "x.scn", "x");
  ASSERT_TRUE(s) << s.error().text;
  EXPECT_EQ(s->operations[1].expectations[0].ends, (std::vector<bool>{false, true, true}));
  EXPECT_EQ(s->operations[1].completion()->alternatives[2].what(), pattern::kind::ended);
  EXPECT_EQ(s->operations[3].expectations[0].ends, (std::vector<bool>{false, true}));
  EXPECT_EQ(s->operations[3].expectations[0].labels, (std::vector<std::string>{"done", "refused"}));
  EXPECT_EQ(s->operations[5].expectations[0].ends, (std::vector<bool>{false, true}));
  EXPECT_EQ(s->operations[6].action, "poll");
  EXPECT_NE(fault_of("a< ! end * 1 EXPUNGE\n").find("cannot end the conversation"), std::string::npos);
  EXPECT_NE(fault_of("a: poll some\n").find("how many messages"), std::string::npos);
  EXPECT_EQ(fault_of("a> NOOP\na< OK\na: poll 3 within 2s\n"), "");
  for (auto const* wrong : {"poll 3 2s", "poll 3 within", "poll 3 within soon", "poll within 2s", "poll 3 within 2m"})
    EXPECT_NE(fault_of(std::string("a: ") + wrong + "\n").find("poll 3 within 2s"), std::string::npos) << wrong;
  EXPECT_NE(fault_of("b: poll 1\n").find("only IMAP"), std::string::npos);
}

TEST(Script, NeedsAreAskedWhereTheScenarioBegins) {
  auto const begins = [](std::string const& head) {
    return *read_script("title t\nproves RFC3501-6.1.2-01\n" + head + "\na> ID (\"x\" \"${sep}\")\n", "x.scn", "x");
  };
  target t;
  t.imap.emplace();
  offer o;
  o.imap = {"ID", "STARTTLS", "LOGINDISABLED"};
  o.imap_greeting = {"STARTTLS", "LOGINDISABLED"};
  EXPECT_EQ(missing(begins("needs ID\nsessions a"), t, o), "");
  EXPECT_NE(missing(begins("needs ID\nsessions a=imap/greeting"), t, o), "");
  EXPECT_EQ(missing(begins("needs STARTTLS\nsessions a=imap/greeting"), t, o), "");
  EXPECT_NE(missing(begins("needs !LOGINDISABLED\nsessions a=imap/greeting"), t, o), "");
  EXPECT_EQ(missing(begins("needs !UIDPLUS\nsessions a"), t, o), "");
  o.delimiter.clear();
  EXPECT_EQ(missing(begins("sessions a"), t, o), "the server has no hierarchy of mailboxes");
}

TEST(Script, SelectorsNameScenarios) {
  auto s =
      *read_script("title t\nproves RFC3501-7.4.1-05\ntags slow\nsessions a\na> NOOP\n", "s/imap/x/y.scn", "imap/x/y");
  for (auto yes : {"imap/x/y", "imap/x", "imap", "imap/*", "RFC3501-7.4.1-05", "RFC3501-7.4.1", "rfc3501-7.4",
                   "RFC3501", "slow", "imap/x/y.scn"})
    EXPECT_TRUE(selects(yes, s)) << yes;
  for (auto no : {"imap/x/z", "ima", "RFC3501-7.4.2", "RFC3501-7.4.1-0", "RFC350", "fast"})
    EXPECT_FALSE(selects(no, s)) << no;
}

TEST(Script, Durations) {
  EXPECT_EQ(read_duration("50ms"), std::chrono::milliseconds(50));
  EXPECT_EQ(read_duration("2s"), std::chrono::seconds(2));
  EXPECT_FALSE(read_duration("2"));
  EXPECT_FALSE(read_duration("ms"));
}

TEST(Script, AForbiddenStatusEndsItsGroup) {
  auto const s = read_script(
      "title t\nproves RFC3501-6.1.2-01\nsessions a b=pop3\n"
      "a> NOOP\na< ! OK\na> NOOP\na< ! BAD\na< OK | NO\nb> NOOP\nb< ! -ERR\nb< +OK\n",
      "x.scn", "x");
  ASSERT_TRUE(s) << s.error().text;
  ASSERT_EQ(s->operations.size(), 6u);
  ASSERT_TRUE(s->operations[1].completion());
  EXPECT_EQ(s->operations[1].completion()->how, expectation::mode::forbidden);
  EXPECT_EQ(s->operations[3].completion()->how, expectation::mode::required);
  EXPECT_EQ(s->operations[5].expectations.size(), 2u);
}

TEST(Script, WhatWaitsForNothingIsAMistake) {
  for (auto const* line : {"a< ! * 1 EXPUNGE\n", "a< ! closed\n", "a< ? * 1 EXISTS\n", "b< ! closed\n"})
    EXPECT_NE(fault_of(std::string("a> NOOP\na< OK\nb> NOOP\nb< +OK\n") + line).find("waits for nothing"),
              std::string::npos)
        << line;
  for (auto const* line : {"a< within 1s ! * 1 EXPUNGE\n", "b< within 1s ! closed\n"})
    EXPECT_EQ(fault_of(std::string("a> NOOP\na< OK\nb> NOOP\nb< +OK\n") + line), "") << line;
}

TEST(Script, EditorsMayEndLinesAndBeginFilesTheirWay) {
  std::string_view const text = "title t\nproves RFC3501-6.1.2-01\nclient> NOOP\nclient< OK\n";
  std::string crlf;
  for (char c : text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  for (auto const& t : {"\xEF\xBB\xBF" + std::string(text), crlf, "\xEF\xBB\xBF" + crlf}) {
    auto const s = read_script(t, "x.scn", "x");
    ASSERT_TRUE(s) << s.error().text;
    EXPECT_EQ(s->operations[0].lines, std::vector<std::string>{"NOOP"});
  }
  auto const utf16 = read_script(std::string_view("\xFF\xFEt\0i\0", 6), "x.scn", "x");
  ASSERT_FALSE(utf16);
  EXPECT_NE(utf16.error().text.find("UTF-16"), std::string::npos);
}

TEST(Suite, TracesStayBelowTheirFolder) {
  std::vector<script> all;
  for (auto const* id : {"imap/x/a", "/tmp/a", "../../a", "b/../../c", "./d", "imap/x/a~octets"}) {
    script s;
    s.id = id;
    all.push_back(s);
  }
  auto const files = trace_files("dir", all);
  std::vector<std::string> names;
  for (auto const& f : files) names.push_back(f.generic_string());
  EXPECT_EQ(names, (std::vector<std::string>{"dir/imap/x/a.jsonl", "dir/a.jsonl", "dir/a-2.jsonl", "dir/c.jsonl",
                                             "dir/d.jsonl", "dir/imap/x/a~octets.jsonl"}));
}

}  // namespace mailrig::scenario::script_test
