#include "scenario/script.hpp"

#include <gtest/gtest.h>

#include "scenario/suite.hpp"

using namespace mailrig::scenario;

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
  EXPECT_NE(fault_of("pause 2 weeks\n").find("pause takes a time"), std::string::npos);
  EXPECT_NE(fault_of("concurrently {\na> NOOP\n").find("is not closed"), std::string::npos);
  EXPECT_NE(fault_of("").find("needs a conversation"), std::string::npos);
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
