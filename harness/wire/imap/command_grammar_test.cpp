#include "wire/imap/command_grammar.hpp"

#include <gtest/gtest.h>

#include <string>

#include "wire/imap/client_literals.hpp"

namespace mailrig::wire::imap::command_grammar_test {
namespace {

constexpr std::string_view right[] = {
    "a NOOP",
    "A0.1] capability",
    "a LOGIN ***** ****",
    "a AUTHENTICATE PLAIN ****",
    "a SELECT INBOX",
    "a select \"a \\\"b\\\\\"",
    "a SELECT x (CONDSTORE)",
    "a SELECT x (QRESYNC (67890007 20050715194045000 41,43:211,214:541 (1:2 5:6)))",
    "a CREATE x (USE (\\Sent))",
    "a RENAME {1}\r\nx {3+}\r\ny z",
    "a LIST \"\" *",
    "a LIST \"\" %/x",
    "a LIST (SUBSCRIBED REMOTE) \"\" (\"INBOX\" \"x/%\") RETURN (CHILDREN STATUS (MESSAGES))",
    "a LSUB ~/ \"*\"",
    "a STATUS x (MESSAGES UIDNEXT)",
    "a APPEND x {3}\r\nabc",
    "a APPEND x (\\Seen $Junk) \" 7-Feb-1994 21:52:25 -0800\" {3+}\r\nabc",
    "a APPEND x () {3}\r\nabc",
    "a APPEND x {3+}\r\nabc (\\Seen) {1+}\r\nx",
    "a APPEND x ~{3+}\r\na\x01\x02",
    "a APPEND x CATENATE (URL \"/x\" TEXT {3+}\r\nabc)",
    "a APPEND x UTF8 (~{3+}\r\nabc)",
    "a APPEND x CATENATE (UTF8 (~{3+}\r\nabc) TEXT {3+}\r\nabc)",
    "a FETCH 1:* FULL",
    "a FETCH 2,4:7,9,12:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (From \"Date\")]<0.2048>)",
    "a FETCH 1 BODY[]",
    "a FETCH 1 BODY[1.2.MIME]",
    "a FETCH 1 (BODY BODYSTRUCTURE BODY[TEXT] BODY[4.HEADER.FIELDS.NOT (X)] RFC822.SIZE)",
    "a UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12345 VANISHED)",
    "a FETCH 1 (BINARY.PEEK[1.2]<0.5> PREVIEW (LAZY) EMAILID)",
    "a STORE 1 +FLAGS (\\Deleted)",
    "a STORE 1:2 flags.silent ()",
    "a STORE 1 -FLAGS \\Seen \\Deleted keyword",
    "a UID STORE 1 (UNCHANGEDSINCE 320) +FLAGS.SILENT ($MDNSent)",
    "a COPY 1:* \"x y\"",
    "a UID MOVE $ x",
    "a UID EXPUNGE 3000:3002",
    "a SEARCH ALL",
    "a SEARCH CHARSET UTF-8 TEXT {6+}\r\n\xD0\xB0\xD0\xB1\xD0\xB2 NOT SEEN",
    "a SEARCH OR (FROM a TO b) 2:4 SENTSINCE 1-Feb-1994 HEADER X-Y \"\" UID 5 LARGER 100",
    "a UID SEARCH RETURN (MIN COUNT) SINCE \"01-Feb-1994\" (UNDELETED UNSEEN)",
    "a SEARCH (MODSEQ \"/flags/\\\\draft\" all 620162338) OLDER 10",
    "a ENABLE CONDSTORE UTF8=ACCEPT",
    "a ID (\"name\" \"x\" \"version\" NIL)",
    "a ID NIL",
    "a COMPRESS DEFLATE",
    "a SORT (REVERSE DATE) UTF-8 ALL",
    "a UID SORT RETURN (PARTIAL 1:10 COUNT) (DISPLAYFROM REVERSE X-NEW) \"utf-8\" FUZZY (SUBJECT x OLDER 5)",
    "a UID THREAD X-NEW UTF-8 UNSEEN SINCE 1-Feb-1994",
    "a SEARCH RETURN (SAVE PARTIAL -1:-100 X-NEW (1 2)) OR $ 1,3",
    "a SEARCH RETURN () ALL",
    "a CANCELUPDATE \"B01\" \"B02\"",
    "a UID FETCH 1:* (FLAGS) (PARTIAL -1:-30 CHANGEDSINCE 98305)",
    "a CREATE x (X-NEW 5)",
    "a XYZZY (a (b \"c\")) {1}\r\nx d[e f]",
    "a SETMETADATA \"\" (/shared/comment ~{3+}\r\nabc)",
    "a REPLACE 4 Drafts (\\Seen \\Draft) \" 7-Feb-1994 21:52:25 -0800\" {3}\r\nabc",
    "a UID REPLACE * \"x y\" CATENATE (URL \"/x\" TEXT {3+}\r\nabc)",
    "a STATUS x (MAILBOXID MESSAGES)",
    "a SEARCH OR EMAILID M6d99ac_-3 NOT (THREADID T64 SEEN)",
    "a SEARCH SAVEDON 28-Dec-2014 SAVEDATESUPPORTED SAVEDBEFORE \"1-Jan-2015\"",
    "a FETCH 1 PREVIEW",
    "a UID FETCH 1:* PREVIEW (CHANGEDSINCE 5)",
    "a FETCH 1 (SAVEDATE PREVIEW (LAZY) THREADID)",
    "a SETMETADATA INBOX (/private/comment NIL \"/shared/x\" \"y\")",
    "a GETMETADATA (MAXSIZE 1024 DEPTH infinity) INBOX (/shared/comment /private/comment)",
    "a GETMETADATA INBOX (DEPTH 1) /private/filters",
    "a SETACL \"x y\" {4+}\r\nfred +lrs",
    "a SETACL INBOX -fred \"\"",
    "a DELETEACL INBOX anyone",
    "a LISTRIGHTS INBOX fred",
    "a GETACL INBOX",
    "a MYRIGHTS \"x y\"",
    "a NOTIFY NONE",
    "a notify set status (Selected (MessageNew (uid body.peek[header.fields (from to)]) messageexpunge)) (inboxes "
    "NONE)",
    "a NOTIFY SET (subtree \"my lists\" (MailboxName)) (mailboxes (INBOX {1+}\r\nx) (SubscriptionChange X-NEW))",
    "a NOTIFY SET (selected-delayed NONE) (personal (ServerMetadataChange)) (subscribed (MailboxMetadataChange))",
    "a SEARCH RETURN (COUNT UPDATE (UID BODY[HEADER.FIELDS (TO)])) ALL",
};

struct broken {
  std::string_view command, production;
};
constexpr broken wrong[] = {
    {"", "tag"},
    {"a REPLACE 4:5 Drafts {3}\r\nabc", "replace"},
    {"a REPLACE 4 Drafts", "append"},
    {"a REPLACE 4 Drafts {1}\r\na {1}\r\nb", "command"},
    {"a SEARCH EMAILID (M1)", "objectid"},
    {"a SEARCH THREADID M.1", "objectid"},
    {"a SEARCH SAVEDON yesterday", "date"},
    {"a FETCH 1 (PREVIEW (LAZY FUZZY))", "preview-mod"},
    {"+ NOOP", "tag"},
    {"a", "command"},
    {"a  NOOP", "command"},
    {"a NOOP ", "command"},
    {"a NOOP now", "command"},
    {"a SELECT", "mailbox"},
    {"a SELECT  INBOX", "mailbox"},
    {"a SELECT my box", "parameters"},
    {"a SELECT a(b", "command"},
    {"a SELECT \"caf\xC3\xA9\"", "mailbox"},
    {"a SELECT \"a\\b\"", "mailbox"},
    {"a SELECT \"a", "mailbox"},
    {"a SELECT {1-}\r\nx", "mailbox"},
    {"a DELETE x y", "command"},
    {"a SETACL x fred", "mod-rights"},
    {"a SETACL x fred lr s", "command"},
    {"a LISTRIGHTS x", "identifier"},
    {"a MYRIGHTS", "mailbox"},
    {"a GETMETADATA INBOX", "entries"},
    {"a GETMETADATA (DEPTH 2) INBOX /shared/x", "scope-opt"},
    {"a GETMETADATA (MAXSIZE x) INBOX /shared/x", "maxsize-opt"},
    {"a SETMETADATA INBOX ()", "entry-values"},
    {"a SETMETADATA INBOX (/shared/x)", "entry-value"},
    {"a SETMETADATA INBOX (/shared/x y)", "value"},
    {"a RENAME x", "mailbox"},
    {"a LIST \"\"", "list"},
    {"a LIST \"\" x y", "list-return-opts"},
    {"a STATUS x MESSAGES", "status-att"},
    {"a STATUS x ()", "status-att"},
    {"a APPEND x", "append"},
    {"a APPEND x \"hello\"", "date-time"},
    {"a APPEND x \"7-Feb-1994 21:52:25 -0800\" {3+}\r\nabc", "date-time"},
    {"a APPEND x (\\Recent) {3+}\r\nabc", "flag"},
    {"a APPEND x {3+}\r\nabcd", "command"},
    {"a FETCH", "fetch"},
    {"a FETCH 0 FLAGS", "sequence-set"},
    {"a FETCH 1: FLAGS", "sequence-set"},
    {"a FETCH 1,,2 FLAGS", "sequence-set"},
    {"a FETCH 4294967296 FLAGS", "sequence-set"},
    {"a FETCH 1 FLAGS UID", "fetch-modifiers"},
    {"a FETCH 1 ()", "fetch-att"},
    {"a FETCH 1 (FLAGS  UID)", "fetch-att"},
    {"a FETCH 1 BODY.PEEK", "fetch-att"},
    {"a FETCH 1 BODY[MIME]", "section"},
    {"a FETCH 1 BODY[1.]", "section-part"},
    {"a FETCH 1 BODY[HEADER.FIELDS ()]", "header-list"},
    {"a FETCH 1 BODY[]<0.0>", "partial"},
    {"a STORE 1 FLAGS", "store-att-flags"},
    {"a STORE 1 +FLAGS (\\Recent)", "flag"},
    {"a COPY 1", "mailbox"},
    {"a UID NOOP", "uid"},
    {"a UID EXPUNGE", "sequence-set"},
    {"a SEARCH", "search"},
    {"a SEARCH FROM", "search-key"},
    {"a SEARCH SINCE 1994-02-01", "date"},
    {"a SEARCH ()", "search-key"},
    {"a SEARCH SUBJECT two words)", "search-key"},
    {"a SEARCH OLDER 0", "nz-number"},
    {"a SEARCH RETURN (MIN 1) ALL", "search-return-opts"},
    {"a SEARCH RETURN (PARTIAL 1:-2) ALL", "partial-range"},
    {"a SEARCH RETURN (PARTIAL *:1) ALL", "partial-range"},
    {"a SEARCH FUZZY", "search-key"},
    {"a NOTIFY", "notify"},
    {"a NOTIFY NONE NONE", "command"},
    {"a NOTIFY SET", "notify-set"},
    {"a NOTIFY SET STATUS", "notify-set"},
    {"a NOTIFY SET selected (MessageNew MessageExpunge)", "status-indicator"},
    {"a NOTIFY SET ()", "filter-mailboxes"},
    {"a NOTIFY SET (others (MailboxName))", "filter-mailboxes"},
    {"a NOTIFY SET (selected NONE) (selected-delayed NONE)", "filter-mailboxes"},
    {"a NOTIFY SET (mailboxes (MailboxName))", "event-group"},
    {"a NOTIFY SET (subtree () (MailboxName))", "many-mailboxes"},
    {"a NOTIFY SET (personal ())", "events"},
    {"a NOTIFY SET (personal MailboxName)", "events"},
    {"a NOTIFY SET (personal (MessageNew))", "events"},
    {"a NOTIFY SET (selected (MailboxName))", "event"},
    {"a NOTIFY SET (selected (MessageNew () MessageExpunge))", "message-event"},
    {"a NOTIFY SET (personal (MessageNew (UID) MessageExpunge))", "message-event"},
    {"a SEARCH RETURN (UPDATE ()) ALL", "modifier-update"},
    {"a SORT () UTF-8 ALL", "sort-criteria"},
    {"a SORT (REVERSE) UTF-8 ALL", "sort-key"},
    {"a SORT (DATE) UTF-8", "search"},
    {"a SORT (DATE) {5+}\r\nUTF-8 ALL", "charset"},
    {"a THREAD REFERENCES UTF-8", "search"},
    {"a CANCELUPDATE B01", "CANCELUPDATE"},
    {"a FETCH $,1 FLAGS", "fetch"},
    {"a APPEND x CATENATE (TEXT abc)", "text-literal"},
    {"a UID IDLE", "uid"},
    {"a ENABLE", "enable"},
    {"a ID (\"name\")", "id-params-list"},
    {"a XYZZY (a", "tagged-ext-val"},
};

}  // namespace

TEST(CommandGrammar, WhatTheFormalSyntaxHas) {
  for (auto const command : right) {
    auto const fault = command_violation(std::string(command) + "\r\n", false);
    EXPECT_FALSE(fault) << command << ": " << fault->rule << " at " << fault->offset << ": " << fault->text;
  }
}

TEST(CommandGrammar, WhatItHasNot) {
  for (auto const& [command, production] : wrong) {
    auto const fault = command_violation(std::string(command) + "\r\n", false);
    ASSERT_TRUE(fault) << command;
    if (production != "search-key" || command.find("two") == command.npos) {
      EXPECT_EQ(fault->rule, production) << command << ": " << fault->text;
    }
  }
}

TEST(CommandGrammar, LinesEndWithCrlf) {
  EXPECT_EQ(command_violation("a NOOP\n", false)->rule, "CRLF");
  EXPECT_TRUE(command_violation("a NOOP", false));
}

TEST(CommandGrammar, QuotedUtf8OnceItIsEnabled) {
  EXPECT_FALSE(command_violation("a SELECT \"caf\xC3\xA9\"\r\n", true));
  EXPECT_TRUE(command_violation("a SELECT \"caf\xC3\xA9\"\r\n", false));
}

TEST(CommandGrammar, OfLargeLiteralsTheAnnouncementIsEnough) {
  EXPECT_FALSE(command_violation("a APPEND x {70000}\r\n\r\n", false));
  EXPECT_FALSE(command_violation("a APPEND x {70000+}\r\n (\\Seen) {1+}\r\nx\r\n", false));
}

TEST(ClientLiterals, SizesAndWhetherTheyWait) {
  auto const all = client_literals("a APPEND {1}\r\nx (\\Seen) {4+}\r\n{9}\n ~{70000+}\r\n\r\n");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].size, 1u);
  EXPECT_TRUE(all[0].synchronising);
  EXPECT_EQ(all[0].offset, 9u);
  EXPECT_EQ(all[1].size, 4u);
  EXPECT_FALSE(all[1].synchronising);
  EXPECT_EQ(all[2].size, 70000u);
}

}  // namespace mailrig::wire::imap::command_grammar_test
