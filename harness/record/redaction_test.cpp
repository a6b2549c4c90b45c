// What is private is gone, what was wrong is not: sizes, places and order of events stay.
#include "record/redaction.hpp"

#include <gtest/gtest.h>

namespace mailrig::record::redaction_test {

using history::event_kind;
using history::protocol;

namespace {

struct told {
  event_kind kind;
  std::string octets;
};

std::vector<told> redacted(protocol proto, std::vector<told> const& events) {
  record::stand_ins words("key");
  std::vector<told> out;
  record::redaction r(proto, {true, true}, words, [&](base::instant, event_kind k, std::string_view o) {
    out.push_back({k, std::string(o)});
  });
  for (auto const& e : events) r.take({}, e.kind, e.octets);
  r.take({}, event_kind::ended, "server closed");
  return out;
}

std::string all(std::vector<told> const& events) {
  std::string out;
  for (auto const& e : events) out += e.octets;
  return out;
}

void private_words_are_gone(std::vector<told> const& before, std::vector<told> const& after) {
  ASSERT_EQ(after.size(), before.size() + 1);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].kind, before[i].kind);
    EXPECT_EQ(after[i].octets.size(), before[i].octets.size());
  }
  auto const text = all(after);
  for (auto const* word : {"alice", "Alice", "corp", "Moonshot", "moonshot", "Payroll", "payroll"})
    EXPECT_EQ(text.find(word), text.npos) << text;
}

constexpr auto sent = event_kind::sent, received = event_kind::received;

}  // namespace

TEST(Redaction, OfImap) {
  std::vector<told> const events = {
      {sent, "a SELECT Payroll\r\n"},
      {received, "* 1 EXISTS\r\na OK [READ-WRITE] done\r\n"},
      {sent, "b FETCH 1 (FLAGS ENVELOPE BODY[HEADER.FIELDS (Subject X-Moon)])\r\n"},
      {received,
       "* 1 FETCH (FLAGS (\\Seen) ENVELOPE (\"Thu, 12 Nov 2026 10:20:30 +0100\" \"Moonshot\" ((\"Alice\" NIL \"alice\" "
       "\"corp.example\")) NIL NIL NIL NIL NIL NIL NIL) BODY[HEADER.FIELDS (Subject X-Moon)] {37}\r\nSubject: Moon"},
      {received, "shot\r\nX-Moon: corp\r\n\r\n)\r\nb OK done\r\n"},
      {sent, "c SEARCH SUBJECT Moonshot HEADER X-Moon \"corp\"\r\n"},
      {received, "* SEARCH 1\r\nc OK\r\n"},
      {sent, "d APPEND Payroll (\\Seen) {37}\r\n"},
      {received, "+ go\r\n"},
      {sent, "Subject: Moonshot\r\n\r\nDear Alice, hi\r\n\r\n"},
      {received, "* LIST (\\HasNoChildren) \"/\" \"Payroll\"\r\nd OK done\r\n"}};
  auto const after = redacted(protocol::imap, events);
  private_words_are_gone(events, after);
  auto const text = all(after);
  for (auto const* kept : {"* 1 FETCH (FLAGS (\\Seen) ENVELOPE (\"Thu, 12 Nov 2026 10:20:30 +0100\" \"",
                           "X-Moon: ", "BODY[HEADER.FIELDS (Subject X-Moon)] {37}\r\nSubject: ", "* SEARCH 1\r\n",
                           "HEADER X-Moon \"", "d APPEND ", " (\\Seen) {37}\r\n", "* LIST (\\HasNoChildren) \"/\" \""})
    EXPECT_NE(text.find(kept), text.npos) << kept << "\n" << text;
  auto const subject = text.substr(text.find("{37}\r\nSubject: ") + 15, 8);
  EXPECT_NE(text.find("\"" + subject + "\""), text.npos);
  EXPECT_NE(text.find("SEARCH SUBJECT " + subject), text.npos);
}

TEST(Redaction, NamesAreGoneWhereverCommandsAndResponsesHaveThem) {
  for (auto const* command : {"SELECT Payroll",
                              "EXAMINE \"Payroll\"",
                              "CREATE Payroll",
                              "DELETE Payroll",
                              "RENAME Payroll Old-Payroll",
                              "SUBSCRIBE Payroll",
                              "UNSUBSCRIBE Payroll",
                              "STATUS Payroll (MESSAGES)",
                              "COPY 1 Payroll",
                              "UID MOVE 1:2 Payroll",
                              "REPLACE 3 Payroll {2}\r\nhi",
                              "GETACL Payroll",
                              "SETACL Payroll alice lrs",
                              "DELETEACL Payroll alice",
                              "LISTRIGHTS Payroll alice",
                              "MYRIGHTS Payroll",
                              "GETQUOTAROOT Payroll",
                              "GETQUOTA \"user/alice\"",
                              "SETQUOTA alice (STORAGE 5)",
                              "LIST \"\" Payroll/%",
                              "LSUB Payroll *",
                              "LIST (SUBSCRIBED) \"\" (\"Payroll*\" \"%\")",
                              "GETMETADATA (DEPTH 1) Payroll /shared/comment",
                              "SETMETADATA Payroll (/private/comment \"for alice\")",
                              "NOTIFY SET (mailboxes (INBOX Payroll) (MessageNew)) (subtree Payroll (MessageNew))",
                              "ESEARCH IN (mailboxes \"Payroll\" subtree (Payroll)) UNSEEN",
                              "RESETKEY Payroll INTERNAL",
                              "GENURLAUTH \"imap://alice@corp/Payroll/;uid=20\" INTERNAL",
                              "URLFETCH \"imap://alice@corp/Payroll/;uid=20\"",
                              "APPEND Payroll CATENATE (URL \"/Payroll/;UID=3\")"}) {
    std::vector<told> const events = {{sent, "a " + std::string(command) + "\r\n"}};
    private_words_are_gone(events, redacted(protocol::imap, events));
  }
  for (auto const* response :
       {"* LIST () \"/\" Payroll", "* LIST () \"/\" x (\"OLDNAME\" (\"Payroll\"))", "* STATUS Payroll (MESSAGES 1)",
        "* ACL Payroll alice lrs moonshot r", "* LISTRIGHTS Payroll alice lr s w", "* MYRIGHTS Payroll lrs",
        "* QUOTAROOT Payroll \"user/alice\"", "* QUOTA alice (STORAGE 5 9)",
        "* METADATA Payroll (/private/comment \"for alice\")",
        "* ESEARCH (TAG \"a\" MAILBOX Payroll UIDVALIDITY 1) UID ALL 1",
        "* GENURLAUTH \"imap://alice@corp/Payroll/;uid=20\"", "a NO [REFERRAL imap://alice@corp/Payroll] elsewhere"}) {
    std::vector<told> const events = {{received, std::string(response) + "\r\n"}};
    private_words_are_gone(events, redacted(protocol::imap, events));
  }
}

TEST(Redaction, WhatIsNoNameStays) {
  for (auto const* line : {"a LIST (SUBSCRIBED RECURSIVEMATCH) \"\" \"*\" RETURN (CHILDREN STATUS (MESSAGES UNSEEN))",
                           "a SORT (REVERSE FROM ARRIVAL) UTF-8 UNSEEN", "a THREAD REFERENCES UTF-8 UID 1:9 UNSEEN",
                           "a UID FETCH 1:* (UID FLAGS)", "a SETACL INBOX anyone lrs", "a NOTIFY NONE",
                           "a SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211))",
                           "a UID SEARCH RETURN (MIN MAX) UID 3:9 SEEN"}) {
    std::vector<told> const events = {{sent, std::string(line) + "\r\n"}};
    EXPECT_EQ(all(redacted(protocol::imap, events)), std::string(line) + "\r\nserver closed");
  }
}

TEST(Redaction, TextsOfStatusesTellNoName) {
  std::vector<told> const events = {{sent, "a SELECT Payroll\r\n"},
                                    {received, "a NO [NONEXISTENT] Mailbox doesn't exist: Payroll\r\n"},
                                    {sent, "b LIST \"\" *\r\n"},
                                    {received, "* OK still here\r\nb OK LIST of payroll done\r\n"}};
  auto const after = redacted(protocol::imap, events);
  private_words_are_gone(events, after);
  EXPECT_NE(all(after).find("a NO [NONEXISTENT] Mailbox doesn't exist: "), std::string::npos);
  EXPECT_NE(all(after).find("* OK still here\r\nb OK LIST of "), std::string::npos);
}

TEST(Redaction, ALiteralThatIsRefusedEndsItsCommand) {
  std::vector<told> const events = {{sent, "a APPEND Payroll {1000000}\r\n"},
                                    {received, "a NO too big\r\n"},
                                    {sent, "b SELECT Payroll\r\n"},
                                    {received, "b OK\r\n"}};
  private_words_are_gone(events, redacted(protocol::imap, events));
}

TEST(Redaction, WhatIsCutShortKeepsNoWord) {
  std::vector<told> const events = {{received, "* 1 FETCH (BODY[] {500}\r\nSubject: Moonshot\r\n\r\nalice"}};
  private_words_are_gone(events, redacted(protocol::imap, events));
}

TEST(Redaction, OfPop3) {
  std::vector<told> const events = {
      {received, "+OK hello\r\n"},
      {sent, "AUTH PLAIN\r\n"},
      {received, "+ \r\n"},
      {sent, "****\r\n"},
      {received, "+OK in\r\n"},
      {sent, "STAT\r\nUIDL\r\nRETR 9\r\nRETR 1\r\nNOOP\r\n"},
      {received, "+OK 1 60\r\n+OK\r\n1 abcdef\r\n.\r\n-ERR none\r\n+OK\r\nSubject: Moonshot\r\nX-Moon: corp\r\n"},
      {received, "\r\nDear Alice\r\n..\r\n.\r\n+OK well\r\n"}};
  auto const after = redacted(protocol::pop3, events);
  private_words_are_gone(events, after);
  EXPECT_NE(all(after).find("X-Moon: "), std::string::npos);
  EXPECT_NE(all(after).find("1 abcdef\r\n.\r\n-ERR none\r\n"), std::string::npos);
  EXPECT_TRUE(all(after).ends_with(".\r\n+OK well\r\nserver closed"));
}

}  // namespace mailrig::record::redaction_test
