#include "wire/imap/response.hpp"

#include <gtest/gtest.h>

#include <string>

#include "wire/imap/framer.hpp"

namespace mailrig::wire::imap::response_test {

namespace {

std::string verdict_of(std::string_view frame) {
  response r;
  read(frame, r);
  return r.violation ? r.violation->rule + "@" + std::to_string(r.violation->offset) : "good";
}

using std::string_literals::operator""s;

std::string const good[] = {
    "* OK [CAPABILITY IMAP4rev1 SASL-IR] ready\r\n",
    "* PREAUTH hello\r\n",
    "* BYE [UNAVAILABLE] later\r\n",
    "+ \r\n",
    "+ idling\r\n",
    "+ AGVsbG8=\r\n",
    "a1 OK [READ-WRITE] done\r\n",
    "a.1 NO [BADCHARSET (UTF-8 \"US-ASCII\")] no\r\n",
    "A001 BAD what\r\n",
    "t OK [APPENDUID 38505 3955] done\r\n",
    "t OK [COPYUID 38505 304,319:320 3956:3958] done\r\n",
    "t OK [HIGHESTMODSEQ 715194045007] done\r\n",
    "t OK [XPRIVATE some words, here] done\r\n",
    "t NO [OVERQUOTA] full\r\n",
    "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
    "* FLAGS (\\Answered \\Seen $Forwarded)\r\n",
    "* FLAGS ()\r\n",
    "* OK [PERMANENTFLAGS (\\Deleted \\*)] limited\r\n",
    "* LIST (\\HasNoChildren) \"/\" INBOX\r\n",
    "* LIST () \"\\\\\" \"a\\\\b\"\r\n",
    "* LIST () NIL {3}\r\nabc\r\n",
    "* LIST () \"/\" foo (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n",
    "* LSUB (\\Noselect) \".\" #news.comp\r\n",
    "* SEARCH\r\n",
    "* SEARCH 2 84 882\r\n",
    "* SEARCH 2 5 (MODSEQ 917162500)\r\n",
    "* ESEARCH (TAG \"a\") UID MIN 7 COUNT 3 ALL 1:3,5\r\n",
    "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)\r\n",
    "* STATUS \"x\" ()\r\n",
    "* 18 EXISTS\r\n",
    "* 0 EXISTS\r\n",
    "* 44 EXPUNGE\r\n",
    "* VANISHED (EARLIER) 41,43:116\r\n",
    "* ENABLED CONDSTORE\r\n",
    "* ENABLED\r\n",
    "* NAMESPACE ((\"\" \"/\")) NIL ((\"#shared/\" \"/\" \"X-P\" (\"a\" \"b\")))\r\n",
    "* ID (\"name\" \"x\" \"v\" NIL)\r\n",
    "* ID NIL\r\n",
    "* QUOTA \"\" (STORAGE 10 512)\r\n",
    "* QUOTAROOT INBOX \"\"\r\n",
    "* XSOMETHING (a b \"c\") 3\r\n",
    "* XSOMETHING ((1 2)(3)) = [x\r\n",
    "* THREAD\r\n",
    "* THREAD ((1 2)(3))(4)\r\n",
    "* THREAD (2)(3 6 (4 23)(44 7 96))\r\n",
    "* SORT\r\n",
    "* SORT 5 3 4 (MODSEQ 17)\r\n",
    "* 1 FETCH (BINARY.SIZE[1] 83 BINARY[1] ~{3}\r\na\0b)\r\n"s,
    "* 1 FETCH (BINARY[1.2]<4> NIL BINARY[] \"x\")\r\n",
    "* 1 FETCH (PREVIEW NIL)\r\n",
    "* 1 FETCH (PREVIEW \"a b\" SAVEDATE NIL)\r\n",
    "* 1 FETCH (SAVEDATE \" 7-Jul-1996 02:44:25 -0700\" EMAILID (M_6d99) THREADID NIL)\r\n",
    "* 1 FETCH (MODSEQ (007))\r\n",
    "* 1 FETCH (BODYSTRUCTURE (\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"8BIT\" 100 NIL NIL NIL NIL))\r\n",
    "* STATUS x (SIZE 9223372036854775807 APPENDLIMIT NIL MAILBOXID (F2) HIGHESTMODSEQ 0 DELETED 3)\r\n",
    "* STATUS x (APPENDLIMIT 257890)\r\n",
    "* OK [MAILBOXID (F2212ea87)] x\r\n",
    "a NO [INUSE] x\r\n",
    "a NO [METADATA LONGENTRIES 2199] x\r\n",
    "a NO [METADATA TOOMANY] x\r\n",
    "* OK [NOUPDATE \"B02\"] x\r\n",
    "a NO [BADEVENT (MessageNew MessageExpunge)] x\r\n",
    "a NO [REFERRAL imap://h/x;AUTH=*/ imap://i/] x\r\n",
    "* 25996 UIDFETCH (FLAGS (\\Seen) UID 25996)\r\n",
    "a BAD [UIDREQUIRED] x\r\n",
    "a NO [BADCOMPARATOR] x\r\n",
    "a OK [URLMECH INTERNAL XSAMPLE=P34OKhO7VEkCbsiYY8rGEg==] x\r\n",
    "* JMAPACCESS \"https://jmap.example.test/session\"\r\n",
    "* METADATA \"\" /shared/comment\r\n",
    "* METADATA INBOX (/private/comment \"x\" /shared/x NIL /shared/y ~{2}\r\n\0a)\r\n"s,
    "* ACL INBOX fred rwipsldexta -bob \"\"\r\n",
    "* ACL INBOX\r\n",
    "* LISTRIGHTS ~/Mail/saved smith la r swicdkxte\r\n",
    "* MYRIGHTS INBOX rwiptsldaex\r\n",
    "* QUOTA \"\" (STORAGE 10 512 MESSAGE 3 9223372036854775807)\r\n",
    "* QUOTA \"#user/x\" ()\r\n",
    "* QUOTAROOT comp.mail.mime\r\n",
    "* ESEARCH\r\n",
    "* ESEARCH (TAG \"a\") UID\r\n",
    "* ESEARCH (TAG \"a\") ALL 1:3,5 MODSEQ 917162500\r\n",
    "* ESEARCH (TAG \"a\") UID PARTIAL (1:100 NIL) ADDTO (0 32768:32769)\r\n",
    "* ESEARCH (TAG \"a\") PARTIAL (-1:-100 3,2)\r\n",
    "* ESEARCH (TAG \"a\" MAILBOX \"folder1\" UIDVALIDITY 1) UID ALL 4001\r\n",
    "* LANGUAGE (\"EN\" \"i-default\")\r\n",
    "* COMPARATOR i;unicode-casemap\r\n",
    "* LIST (\\NonExistent \\Sent) \"/\" foo (\"OLDNAME\" (\"bar\") X-Y ((a) b))\r\n",
    "* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827 UID 7)\r\n",
    "* 1 FETCH (INTERNALDATE \" 7-Jul-1996 02:44:25 -0700\" MODSEQ (65402))\r\n",
    "* 1 FETCH (INTERNALDATE \"00-Jan-0000 00:00:00 +0000\")\r\n",
    "* 1 FETCH (INTERNALDATE \"00-JAN-0000 00:00:00 +0000\")\r\n",
    "* 1 FETCH (BODY[HEADER.FIELDS (DATE \"From\")]<0> {4}\r\na: b BODY[1.2.MIME] NIL RFC822 \"x\")\r\n",
    "* 1 FETCH (BODY[] {0}\r\n)\r\n",
    "* 1 FETCH (ENVELOPE (\"d\" \"s\" ((NIL NIL \"a\" \"b\")(NIL NIL \"c\" \"d\")) NIL NIL NIL NIL NIL NIL "
    "\"<i@d>\"))\r\n",
    "* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 1152 23))\r\n",
    "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1 NIL NIL NIL NIL)(\"APPLICATION\" \"X\" NIL "
    "NIL NIL \"BASE64\" 3 NIL (\"attachment\" (\"filename\" \"f\")) (\"en\" \"de\") NIL 7) \"MIXED\" (\"BOUNDARY\" "
    "\"b\") NIL "
    "NIL))\r\n",
    "* 1 FETCH (BODY (\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 100 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) "
    "(\"TEXT\" "
    "\"PLAIN\" NIL NIL NIL \"7BIT\" 1 1) 4))\r\n",
};

struct bad_case {
  char const* frame;
  char const* verdict;
};
bad_case const bad[] = {
    {"* 1 FETCH (FLAGS (\\Seen)\r\n", "msg-att@24"},
    {"* OK\r\n", "resp-cond-state@4"},
    {"* OK \r\n", "resp-text@5"},
    {"+\r\n", "continue-req@1"},
    {"a1 BYE x\r\n", "resp-cond-state@6"},
    {"a1 YES x\r\n", "resp-cond-state@6"},
    {"* 0 EXPUNGE\r\n", "message-data@2"},
    {"* 1 FETCH ()\r\n", "msg-att@11"},
    {"* 01x EXISTS\r\n", "message-data@4"},
    {"* 4294967296 EXISTS\r\n", "message-data@11"},
    {"*  1 EXISTS\r\n", "response-data@2"},
    {"* 1 EXISTS \r\n", "message-data@10"},
    {"* 1 FETCH (UID 0)\r\n", "uniqueid@15"},
    {"* 1 FETCH (FLAGS  (\\Seen))\r\n", "flag-fetch@17"},
    {"* 1 FETCH (FLAGS (\\Seen ))\r\n", "flag-fetch@24"},
    {"* 1 FETCH (BODY[] hello)\r\n", "msg-att-static@18"},
    {"* 1 FETCH (BODY[HEADER.FIELDS ()] NIL)\r\n", "header-list@31"},
    {"* 1 FETCH (BODY[MIME] NIL)\r\n", "section-spec@16"},
    {"* 1 FETCH (INTERNALDATE \"7-Jul-1996 02:44:25 -0700\")\r\n", "date-time@26"},
    {"* 1 FETCH (INTERNALDATE \"00-Jul-1996 02:44:25 -0700\")\r\n", "date-time@25"},
    {"* 1 FETCH (INTERNALDATE \"17-Jul-1996 25:44:25 -0700\")\r\n", "date-time@25"},
    {"* 1 FETCH (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL))\r\n", "envelope@57"},
    {"* 1 FETCH (ENVELOPE (NIL NIL () NIL NIL NIL NIL NIL NIL NIL))\r\n", "env-addresses@30"},
    {"* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1))\r\n", "body-fld-lines@52"},
    {"* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" () NIL NIL \"7BIT\" 1 1))\r\n", "body-fld-param@33"},
    {"* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL NIL 1 1))\r\n", "body-fld-enc@44"},
    {"* 1 FETCH (BODY (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1 NIL))\r\n", "body@54"},
    {"* 1 FETCH (BODYSTRUCTURE (NIL \"alternative\"))\r\n", "media-type@26"},
    {"* LIST (HasChildren) \"/\" x\r\n", "mbx-list-flags@8"},
    {"* LIST () \"//\" x\r\n", "mailbox-list@10"},
    {"* LIST () \"/\" a b\r\n", "mbox-list-extended@16"},
    {"* SEARCH 1  2\r\n", "SEARCH@11"},
    {"* SEARCH 0\r\n", "SEARCH@9"},
    {"* SEARCH 1 \r\n", "SEARCH@11"},
    {"* STATUS x (MESSAGES)\r\n", "status-att-list@20"},
    {"* OK [UIDNEXT 0] x\r\n", "resp-text-code@14"},
    {"* OK [UIDVALIDITY] x\r\n", "resp-text-code@17"},
    {"a OK [COPYUID 1 2:* 3] x\r\n", "uid-set@19"},
    {"* OK caf\xC3\xA9\r\n", "TEXT-CHAR@8"},
    {"* LIST () \"/\" \"caf\xC3\xA9\"\r\n", "mailbox@18"},
    {"* LIST () \"/\" \"a\\b\"\r\n", "mailbox@16"},
    {"* LIST () \"/\" {9}\r\nab\r\n", "mailbox@19"},
    {"* VANISHED 1:*\r\n", "known-uids@14"},
    {"* ID (\"name\")\r\n", "id-params-list@13"},
    {"* THREAD (1 2)(3\r\n", "thread-list@16"},
    {"* THREAD (1) (2)\r\n", "response-data@12"},
    {"* THREAD ((1 2))\r\n", "thread-list@15"},
    {"* THREAD (1 (2)(3) 4)\r\n", "thread-list@19"},
    {"* THREAD ()\r\n", "thread-list@10"},
    {"* 1 FETCH (BODY.PEEK[] NIL)\r\n", "msg-att-static@20"},
    {"* 1 FETCH (BODY[] ~{1}\r\na)\r\n", "msg-att-static@18"},
    {"* 1 FETCH (BINARY[HEADER] NIL)\r\n", "section-part@18"},
    {"* 1 FETCH (BINARY.SIZE[1]<0> 3)\r\n", "section-binary@22"},
    {"* 1 FETCH (BINARY.SIZE[1] \"3\")\r\n", "BINARY.SIZE@26"},
    {"* 1 FETCH (PREVIEW (LAZY))\r\n", "msg-att-dynamic@19"},
    {"* 1 FETCH (MODSEQ (1 2))\r\n", "fetch-mod-resp@21"},
    {"* 1 FETCH (MODSEQ (0))\r\n", "mod-sequence-value@20"},
    {"* 1 FETCH (EMAILID (a.b))\r\n", "objectid@21"},
    {"* STATUS x (SIZE NIL)\r\n", "status-att-val@17"},
    {"* METADATA INBOX (/shared/x)\r\n", "entry-values@27"},
    {"a NO [BADEVENT MessageNew] x\r\n", "unsupported-events-code@15"},
    {"a NO [BADEVENT ()] x\r\n", "unsupported-events-code@16"},
    {"* LIST () \"/\" x (\"OLDNAME\" \"y\")\r\n", "oldname-extended-item@27"},
    {"* LIST () \"/\" x (OLDNAME (y z))\r\n", "oldname-extended-item@28"},
    {"* ACL INBOX fred\r\n", "acl-data@16"},
    {"* ACL INBOX fred LR\r\n", "rights@17"},
    {"* LISTRIGHTS INBOX fred\r\n", "listrights-data@23"},
    {"* METADATA INBOX (/shared//x NIL)\r\n", "entry@18"},
    {"* METADATA INBOX /shared/x/\r\n", "entry@17"},
    {"* METADATA INBOX (comment NIL)\r\n", "entry@18"},
    {"* MYRIGHTS INBOX\r\n", "myrights-data@16"},
    {"* LSUB () \"/\" foo (\"X\" 1)\r\n", "response-data@17"},
    {"a NO [INUSE now] x\r\n", "resp-text-code@11"},
    {"* ESEARCH (TAG) COUNT 1\r\n", "search-correlator@11"},
    {"\r\n", "response@0"},
};

}  // namespace

TEST(Response, TakesTheWholeGrammar) {
  for (auto const& frame : good) EXPECT_EQ(verdict_of(frame), "good") << frame;
}

TEST(Response, SaysWhichProductionAndWhere) {
  for (auto const& c : bad) EXPECT_EQ(verdict_of(c.frame), c.verdict) << c.frame;
}

TEST(Response, ValuesAreAsSent) {
  response r;
  read("* 12 FETCH (UID 7 FLAGS (\\Seen \"x\") BODY[1]<3> {2}\r\nab X \"q\\\"\\\\\")\r\n", r);
  EXPECT_EQ(r.number, 12u);
  EXPECT_EQ(r.name, "FETCH");
  read("* 12 FETCH (UID 7 FLAGS (\\Seen) BODY[1]<3> {2}\r\nab RFC822 \"q\\\"\\\\\")\r\n", r);
  ASSERT_FALSE(r.violation);
  auto const list = r.args();
  EXPECT_EQ(list.at(0).raw(), "UID");
  EXPECT_EQ(list.at(1).number(), 7u);
  EXPECT_EQ(list.at(3).size(), 1u);
  EXPECT_EQ(list.at(4).kind(), node_kind::section);
  EXPECT_EQ(list.at(4).raw(), "BODY[1]<3>");
  EXPECT_EQ(list.at(5).raw(), "ab");
  EXPECT_EQ(list.at(7).text(), "q\"\\");
  EXPECT_FALSE(list.at(8));
}

TEST(Response, WhatAViolationLeavesCanBeWalked) {
  response r;
  read("* 1 FETCH (UID 7 FLAGS (\\Seen {\r\n", r);
  ASSERT_TRUE(r.violation);
  std::size_t values = 0;
  for (auto v = r.args().first(); v; v = v.next()) ++values;
  EXPECT_EQ(values, 4u);
  EXPECT_EQ(r.args().at(1).number(), 7u);
}

TEST(Response, CodesHaveArguments) {
  response r;
  read("a OK [COPYUID 7 1:2 5,9] x y\r\n", r);
  EXPECT_EQ(r.code, "COPYUID");
  EXPECT_EQ(r.code_args().number(), 7u);
  EXPECT_EQ(r.code_args().next().next().raw(), "5,9");
  EXPECT_EQ(r.text, "x y");
}

TEST(Response, QuotedStringsAreUtf8WhereItIsEnabled) {
  syntax enabled;
  enabled.utf8 = true;
  auto const wrong = [&](std::string const& name, syntax const& s) {
    response r;
    read("* LIST () \"/\" \"" + name + "\"\r\n", r, s);
    return r.violation.has_value();
  };
  for (auto const* right : {"\xC3\xA4", "\xE5\x8F\xB0", "\xF0\x9F\x93\xAC"}) {
    EXPECT_FALSE(wrong(right, enabled)) << right;
    EXPECT_TRUE(wrong(right, {})) << right;
  }
  for (auto const* no_utf8 : {"\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFC"})
    EXPECT_TRUE(wrong(no_utf8, enabled)) << no_utf8;
  response r;
  read("a OK [DOWNGRADED 70,105:109] x\r\n", r);
  EXPECT_FALSE(r.violation);
  read("a OK [DOWNGRADED] x\r\n", r);
  EXPECT_TRUE(r.violation);
}

// Every prefix of a valid response is incomplete, never wrong; any split gives the same frames.
TEST(Framer, PrefixesWaitAndSplitsDoNotMatter) {
  std::string all;
  for (auto const& frame : good) all += frame;
  for (auto const& frame : good)
    for (std::size_t cut = 0; cut < frame.size(); ++cut) {
      framer f;
      int frames = 0;
      f.feed(std::string_view(frame).substr(0, cut), [&](auto const&) { ++frames; });
      EXPECT_EQ(frames, 0) << frame << " cut at " << cut;
      f.feed(std::string_view(frame).substr(cut), [&](auto const& whole) {
        ++frames;
        EXPECT_EQ(whole.octets, frame);
      });
      EXPECT_EQ(frames, 1);
    }
  for (std::size_t step : {1u, 2u, 3u, 7u, 64u, 100000u}) {
    framer f;
    std::string joined;
    std::size_t frames = 0;
    for (std::size_t at = 0; at < all.size(); at += step)
      f.feed(std::string_view(all).substr(at, step), [&](frame const& whole) {
        EXPECT_EQ(whole.stream_offset, joined.size());
        joined += whole.octets;
        ++frames;
      });
    EXPECT_EQ(joined, all);
    EXPECT_EQ(frames, std::size(good));
  }
}

TEST(Framer, TextThatLooksLikeALiteralIsNone) {
  framer f;
  int frames = 0;
  f.feed("* OK see {5}\r\na NO [BADCHARSET ({5}\r\nUTF-8)] x\r\n+ {3}\r\n", [&](auto const&) { ++frames; });
  EXPECT_EQ(frames, 3);
}

TEST(Framer, ALiteralsLastCrIsNotTheLines) {
  framer f;
  std::string seen;
  f.feed("* X {4}\r\nabc\r\n* Y {2}\r\nab\r\n",
         [&](frame const& x) { seen += std::to_string(x.octets.size()) + (x.fault ? "! " : " "); });
  EXPECT_EQ(seen, "14! 13 ");
}

TEST(Framer, ResynchronisesAfterViolations) {
  mailrig::base::limits small;
  small.line_octets = 50;
  small.literal_octets = 10;
  framer f(small);
  std::string seen;
  auto sink = [&](frame const& x) { seen += x.fault ? "!" : "."; };
  f.feed("* 1 EXISTS\n* 2 EXISTS\r\n", sink);
  f.feed(std::string(80, 'x'), sink);
  f.feed("tail\r\n* 3 EXISTS\r\n", sink);
  f.feed("* 1 FETCH (BODY[] {999}\r\nabc)\r\n* 4 EXISTS\r\n", sink);
  EXPECT_EQ(seen, "!.!.!.");
}

}  // namespace mailrig::wire::imap::response_test
