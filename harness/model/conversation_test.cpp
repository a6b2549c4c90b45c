#include "model/conversation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mailrig::model::conversation_test {

using history::event_kind;
using history::protocol;

namespace {
/// Writes each item as a word, so that a test reads like a conversation.
struct scribe final : item_sink {
  std::string log, lines;
  void see(item const& i) override {
    if (i.kind == item_kind::line) return void(lines += "[" + std::string(i.octets) + "]");
    if (!log.empty()) log += ' ';
    if (i.kind == item_kind::command) log += ">" + i.command->sent.name;
    if (i.kind == item_kind::pop3_command) log += ">" + i.pop3_command_->keyword;
    if (i.kind == item_kind::response)
      log += "<" + std::string(i.response->name) + (i.command ? ":" + i.command->sent.name : "");
    if (i.kind == item_kind::reply)
      log += "<" + std::string(i.reply->line) + (i.pop3_command_ ? ":" + i.pop3_command_->keyword : "");
    if (i.kind == item_kind::ended) log += "end:" + std::string(i.octets);
  }
};

struct talk {
  explicit talk(protocol p) : c(0, p, {}), p(p) {}
  conversation c;
  protocol p;
  scribe s;
  talk& sent(std::string_view o) { return c.take({{}, 0, event_kind::sent, p, o}, s), *this; }
  talk& got(std::string_view o) { return c.take({{}, 0, event_kind::received, p, o}, s), *this; }
};
}  // namespace

TEST(Conversation, FollowsSelectAndExpunge) {
  talk t(protocol::imap);
  t.got("* OK hi\r\n").sent("a LOGIN u p\r\n").got("a OK in\r\n").sent("b SELECT inbox\r\n");
  t.got("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 9] n\r\nb OK [READ-WRITE] done\r\n");
  EXPECT_EQ(t.c.imap().state, imap_state::selected);
  EXPECT_EQ(t.c.imap().mailbox, "INBOX");
  EXPECT_EQ(t.c.imap().uidvalidity, 7u);
  auto const third = t.c.imap().view.at(3).serial;
  t.sent("c NOOP\r\n").got("* 1 EXPUNGE\r\n* 2 FETCH (UID 8)\r\nc OK x\r\n");
  EXPECT_EQ(t.c.imap().view.size(), 2u);
  EXPECT_EQ(t.c.imap().view.number_of(third), 2u);
  EXPECT_EQ(t.c.imap().view.at(2).uid, 8u);
  t.sent("d SELECT nope\r\n").got("d NO none\r\n");
  EXPECT_EQ(t.c.imap().state, imap_state::authenticated);
  EXPECT_EQ(t.c.imap().view.size(), 0u);
  EXPECT_EQ(
      t.s.log,
      "<OK >LOGIN <OK:LOGIN >SELECT <EXISTS <OK <OK <OK:SELECT >NOOP <EXPUNGE <FETCH <OK:NOOP >SELECT <NO:SELECT");
}

TEST(Conversation, RemembersWhatASearchSaved) {
  using serials = std::vector<std::uint32_t>;
  talk t(protocol::imap);
  t.got("* PREAUTH hi\r\n").sent("a SELECT inbox\r\n").got("* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\na OK done\r\n");
  auto const at = [&](std::size_t n) { return t.c.imap().view.at(n).serial; };
  auto const saved = [&](std::string const& options, std::string const& told) {
    t.sent("b SEARCH RETURN (" + options + " SAVE) SEEN\r\n").got("* ESEARCH (" + told + "\r\nb OK x\r\n");
    return t.c.imap().saved.messages();
  };
  EXPECT_EQ(saved("ALL", "TAG \"b\") ALL 3,1"), (serials{at(1), at(3)}));
  EXPECT_EQ(saved("MIN MAX", "TAG \"b\") MIN 2 MAX 2"), serials{at(2)});
  EXPECT_EQ(saved("ALL", "TAG \"b\")"), serials{});
  EXPECT_FALSE(saved("ALL COUNT", "TAG \"b\") COUNT 2"));
  EXPECT_FALSE(saved("ALL", "TAG \"b\" MAILBOX x UIDVALIDITY 7) ALL 1"));
  EXPECT_FALSE(saved("ALL", "TAG \"b\") ALL 4"));
}

TEST(Conversation, LiteralsIdleAndSaslAreNoCommands) {
  talk t(protocol::imap);
  t.got("* OK hi\r\n").sent("a AUTHENTICATE PLAIN\r\n").got("+ \r\n").sent("AHUAcA==\r\n").got("a OK in\r\n");
  t.sent("b APPEND x {4}\r\n");
  ASSERT_EQ(t.c.imap().in_progress.size(), 1u);
  EXPECT_FALSE(t.c.imap().in_progress[0].whole);
  t.got("+ go\r\n").sent("a: b\r\n").got("b OK x\r\n");
  t.sent("c IDLE\r\n").got("+ idling\r\n").sent("DO").sent("NE\r\nd NOOP\r\n").got("c OK x\r\nd OK y\r\n");
  t.sent("e APPEND x {4}\r\n").got("e NO no such\r\n").sent("f NOOP\r\n").got("f OK x\r\n");
  EXPECT_TRUE(t.c.imap().in_progress.empty());
  EXPECT_EQ(
      t.s.log,
      "<OK >AUTHENTICATE <+ <OK:AUTHENTICATE <+ >APPEND <OK:APPEND >IDLE <+ >NOOP <OK:IDLE <OK:NOOP <NO:APPEND >NOOP "
      "<OK:NOOP");
}

TEST(Conversation, Pop3PipelinesAndKnowsWhichRepliesAreLong) {
  talk t(protocol::pop3);
  t.got("+OK <1@h>\r\n").sent("USER u\r\nPASS p\r\nLIST\r\nLIST 1\r\nRETR 9\r\nQUIT\r\n");
  t.got("+OK\r\n+OK\r\n+OK\r\n1 5\r\n.\r\n+OK 1 5\r\n-ERR no\r\n+OK bye\r\n");
  EXPECT_EQ(t.c.pop3().timestamp, "<1@h>");
  EXPECT_EQ(t.c.pop3().state, pop3_state::update);
  EXPECT_EQ(
      t.s.log,
      "<+OK <1@h> >USER >PASS >LIST >LIST >RETR >QUIT <+OK:USER <+OK:PASS <+OK:LIST <+OK 1 5:LIST <-ERR no:RETR <+OK "
      "bye:QUIT");
}

TEST(Conversation, Pop3SaslAnswersAreNoCommands) {
  talk t(protocol::pop3);
  t.got("+OK\r\n")
      .sent("AUTH PLAIN\r\n")
      .got("+ \r\n")
      .sent("AHUAcA==\r\n")
      .got("+OK in\r\n")
      .sent("STAT\r\n")
      .got("+OK 0 0\r\n");
  EXPECT_EQ(t.s.log, "<+OK >AUTH <+ :AUTH <+OK in:AUTH >STAT <+OK 0 0:STAT");
}

TEST(Conversation, WhatIsSaidBehindStarttlsIsNeverAnswered) {
  talk imap(protocol::imap);
  imap.got("* OK hi\r\n").sent("a STARTTLS\r\nb NOOP\r\n").got("a OK begin\r\n");
  EXPECT_TRUE(imap.c.imap().in_progress.empty());
  talk pop3(protocol::pop3);
  pop3.got("+OK hi\r\n").sent("STLS\r\nUSER u\r\n").got("+OK begin\r\n");
  EXPECT_TRUE(pop3.c.pop3().unanswered.empty());
}

TEST(Conversation, OfAnAnswerWithoutEndItSaysWhatCame) {
  EXPECT_EQ(unfinished(protocol::pop3, ""), "");
  EXPECT_EQ(unfinished(protocol::pop3, "+OK 9 octets\r\nS: x\r\n"),
            "+OK came, and the line with a lone dot that ends the answer did not");
  EXPECT_EQ(unfinished(protocol::pop3, "+OK 9"), "an answer began, and its end did not come");
  EXPECT_EQ(unfinished(protocol::imap, "* 1 FETCH (BODY[] {9}\r\nS: x"), "an answer began, and its end did not come");
}

TEST(Conversation, TellsWhatAClientSaysThatIsNoCommand) {
  talk idle(protocol::imap);
  idle.got("* PREAUTH hi\r\n").sent("a IDLE\r\n").got("+ go\r\n").sent("DO").sent("NE\r\nb NOOP\r\n");
  EXPECT_EQ(idle.s.lines, "[DONE\r\n]");
  EXPECT_EQ(idle.s.log, "<PREAUTH >IDLE <+ >NOOP");
  talk sasl(protocol::imap);
  sasl.got("* OK hi\r\n").sent("a AUTHENTICATE CRAM-MD5\r\n").got("+ YQ==\r\n").sent("YW\r\n");
  EXPECT_EQ(sasl.s.lines, "[YW\r\n]");
  talk pop(protocol::pop3);
  pop.got("+OK hi\r\n").sent("AUTH CRAM-MD5\r\n").got("+ YQ==\r\n").sent("YW\r\n");
  EXPECT_EQ(pop.s.lines, "[YW]");
}

TEST(Conversation, KnowsWhoDidNotWaitForTheContinuation) {
  talk bold(protocol::imap), patient(protocol::imap), free(protocol::imap);
  bold.got("* PREAUTH hi\r\n").sent("a CREATE {1}\r\n").sent("x\r\n");
  patient.got("* PREAUTH hi\r\n").sent("a CREATE {1}\r\n").got("+ go\r\n").sent("x\r\n");
  free.got("* PREAUTH hi\r\n").sent("a CREATE {1+}\r\nx\r\n");
  EXPECT_TRUE(bold.c.imap().in_progress.at(0).ahead);
  EXPECT_FALSE(patient.c.imap().in_progress.at(0).ahead);
  EXPECT_FALSE(free.c.imap().in_progress.at(0).ahead);
}

}  // namespace mailrig::model::conversation_test
