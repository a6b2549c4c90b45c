// Where an answer is due, and where nobody can tell.
#include "stress/fuzz/settle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace mailrig::stress::settle_test {
namespace {

using history::protocol;
using scenario::operation;

bool whole_imap(std::string_view octets) { return leaves_nothing_open(octets, protocol::imap); }
bool whole_pop3(std::string_view octets) { return leaves_nothing_open(octets, protocol::pop3); }

TEST(Settle, AWholeLineLeavesNothingOpen) {
  EXPECT_TRUE(whole_imap("x FETCH \xff\r\n"));
  EXPECT_TRUE(whole_imap("x CREATE \"a\r\n"));
  EXPECT_TRUE(whole_imap("x CREATE {12\r\n"));
  EXPECT_TRUE(whole_pop3("RETR 99999999999\r\nRETR \xff\r\n"));
}

TEST(Settle, WhatMayGoOnIsOpen) {
  EXPECT_FALSE(whole_imap("x NOOP"));
  EXPECT_FALSE(whole_imap("x CREATE {12}\r\n"));
  EXPECT_FALSE(whole_imap("x CREATE {12+}\r\n"));
  EXPECT_FALSE(whole_imap("x CREATE ~{3}\r\nabc\r\n"));
  EXPECT_FALSE(whole_imap("x CREATE {18446744073709551616}\r\n"));
  EXPECT_FALSE(whole_imap("x idle\r\n"));
  EXPECT_FALSE(whole_imap("x AUTHENTICATE PLAIN\r\n"));
  EXPECT_FALSE(whole_imap(""));
  EXPECT_FALSE(whole_pop3("RETR 1"));
  EXPECT_FALSE(whole_pop3("RETR 1\n\r\n"));
  EXPECT_FALSE(whole_pop3("RETR\r1\r\n"));
  EXPECT_FALSE(whole_pop3("AUTH PLAIN\r\n"));
  EXPECT_FALSE(whole_pop3(std::string(300, 'x') + "\r\n"));
  EXPECT_FALSE(whole_pop3(std::string_view("RETR \0\r\n", 8)));
}

TEST(Settle, KnowsSetsThatAreNone) {
  for (auto const* line : {"FETCH 1,,2 FLAGS", "UID STORE 0 FLAGS ()", "COPY 1: INBOX", "FETCH 4294967296 UID",
                           "fetch , UID", "FETCH 1:2:3 UID", "UID MOVE *:0 INBOX"})
    EXPECT_TRUE(has_malformed_set(line)) << line;
  for (auto const* line :
       {"FETCH 1,2:*,* FLAGS", "UID FETCH 4294967295 UID", "SEARCH 0", "FETCH a UID", "NOOP", "FETCH $ UID"})
    EXPECT_FALSE(has_malformed_set(line)) << line;
}

/// Each step in a word: what is sent, what is awaited.
std::string told(input in) {
  settle(in);
  std::string out;
  for (auto const& o : in.steps) {
    if (o.what == operation::kind::send) out += fmt::format("{} ", fmt::join(o.lines, "+"));
    if (o.what == operation::kind::expect) out += fmt::format("<{} ", o.expectations[0].alternatives[0].text());
    if (o.what == operation::kind::act) out += o.action + " ";
  }
  return out;
}

input of(std::vector<operation> steps, protocol proto = protocol::imap) {
  input in;
  in.proto = proto;
  in.steps = std::move(steps);
  in.steps.insert(in.steps.begin(), act(0, "try-login"));
  return in;
}

TEST(Settle, EachCommandIsAnswered) {
  EXPECT_EQ(told(of({say(0, "NOOP"), say(0, "CHECK")})), "try-login NOOP <OK CHECK <OK drop ");
  EXPECT_EQ(told(of({say(0, "FETCH 0 FLAGS")})), "try-login FETCH 0 FLAGS <NO drop ");
  EXPECT_EQ(told(of({say(0, "STAT")}, protocol::pop3)), "try-login STAT <+OK drop ");
  EXPECT_EQ(told(of({octets(0, "A\r\nB\r\n")}, protocol::pop3)), "try-login raw <+OK <+OK drop ");
}

TEST(Settle, BehindOctetsAWholeCommandIsAnswered) {
  EXPECT_EQ(told(of({octets(0, "x \xff\r\n")})), "try-login raw NOOP <OK drop ");
  EXPECT_EQ(told(of({octets(0, "x \xff\r\n"), say(0, "CHECK")})), "try-login raw CHECK <OK drop ");
}

TEST(Settle, NothingIsAwaitedOfWhatIsLost) {
  EXPECT_EQ(told(of({octets(0, "x CREATE {9}\r\n"), say(0, "NOOP")})), "try-login raw raw drop ");
  EXPECT_EQ(told(of({say(0, "IDLE"), say(0, "NOOP")})), "try-login IDLE <+ raw drop ");
  EXPECT_EQ(told(of({say(0, "IDLE"), say(0, "DONE"), say(0, "NOOP")})), "try-login IDLE <+ DONE <OK NOOP <OK drop ");
  EXPECT_EQ(told(of({octets(0, "x"), act(0, "drop"), act(0, "try-login"), say(0, "NOOP")})),
            "try-login raw drop try-login NOOP <OK drop ");
}

TEST(Settle, ASmallerScriptMayAwaitWhatIsNotDue) {
  auto const due = [](std::vector<operation> steps) {
    scenario::script s;
    s.sessions = {{"s", protocol::imap, {}}};
    s.operations = std::move(steps);
    return awaits_what_is_due(s);
  };
  operation awaits;
  awaits.what = operation::kind::expect;
  EXPECT_TRUE(due({octets(0, "x \xff\r\n"), say(0, "NOOP"), awaits}));
  EXPECT_FALSE(due({octets(0, "\r"), say(0, "NOOP"), awaits}));
  EXPECT_TRUE(due({octets(0, "\r"), act(0, "drop"), act(0, "try-login"), say(0, "NOOP"), awaits}));
  EXPECT_TRUE(due({say(0, "IDLE"), awaits, say(0, "DONE"), awaits, say(0, "NOOP"), awaits}));
  EXPECT_FALSE(due({say(0, "IDLE"), awaits, say(0, "NOOP"), awaits}));
  EXPECT_FALSE(due({octets(0, "x")}));
}

TEST(Settle, NobodySpeaksOnWhatIsClosed) {
  EXPECT_EQ(told(of({act(0, "drop"), say(0, "NOOP"), octets(0, "x\r\n")})), "try-login drop ");
  EXPECT_EQ(told(of({say(0, "LOGOUT"), say(0, "NOOP")})), "try-login LOGOUT <OK drop ");
}

TEST(Settle, TwiceIsTheSame) {
  base::rng random(11);
  grammar const words(protocol::imap, {"IDLE", "LITERAL+"}, "/");
  for (int i = 0; i < 300; ++i) {
    auto in = derive_input(words, random);
    in.steps.push_back(octets(0, "x CREATE {9}\r\n"));
    in.steps.push_back(say(0, words.derive("command", random)));
    settle(in);
    auto const once = text_of(in);
    settle(in);
    EXPECT_EQ(text_of(in), once);
  }
}

}  // namespace
}  // namespace mailrig::stress::settle_test
