// What fetchmail -v -v comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::fetchmail_test {
namespace {

TEST(fetchmail, lines_stand_behind_its_progress) {
  std::string const log =
      "Trying to connect to 127.0.0.1/143...connected.\n"
      "fetchmail: IMAP< * OK ready.\n"
      "fetchmail: Protocol identified as IMAP4 rev 1\n"
      "fetchmail: IMAP> A0001 LOGIN \"joe\" *\n"
      "fetchmail: IMAP< A0001 OK in\n"
      "fetchmail: IMAP> A0002 FETCH 1 BODY.PEEK[TEXT]\n"
      "fetchmail: IMAP< * 1 FETCH (BODY[TEXT] {8}\n"
      " (8 body octets)fetchmail: IMAP< )\n"
      "fetchmail: IMAP< A0002 OK\n";
  auto const s = sessions_of("fetchmail", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK ready.\\r\\n\n"
            "C A0001 LOGIN \"joe\" *\\r\\n\n"
            "S A0001 OK in\\r\\n\n"
            "C A0002 FETCH 1 BODY.PEEK[TEXT]\\r\\n\n"
            "S * 1 FETCH (BODY[TEXT] {8}\\r\\nxxxxxx\\r\\n)\\r\\n\n"
            "S A0002 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "content");
  ASSERT_FALSE(s[0].notes.empty());
  EXPECT_EQ(s[0].notes[1], "a.log:4: the password is blotted out in the log");
  EXPECT_EQ(recognised(log), "fetchmail");
}

TEST(fetchmail, each_poll_is_a_session) {
  std::string const log =
      "fetchmail: 6.4.37 querying 127.0.0.1 (protocol POP3)\nfetchmail: POP3< +OK\nfetchmail: POP3> QUIT\nfetchmail: "
      "POP3< +OK\n"
      "fetchmail: 6.4.37 querying 127.0.0.1 (protocol POP3)\nfetchmail: POP3< +OK\nfetchmail: POP3> QUIT\n";
  EXPECT_EQ(said("fetchmail", log), "S +OK\\r\\n\nC QUIT\\r\\n\nS +OK\\r\\n\n1 S +OK\\r\\n\n1 C QUIT\\r\\n\n");
}

TEST(fetchmail, the_delivery_is_no_connection_of_its_own) {
  std::string const log =
      "fetchmail: 6.4.37 querying mail.example.test (protocol IMAP) at now: poll started\n"
      "Trying to connect to 127.0.0.1/143...connected.\n"
      "fetchmail: IMAP< * PREAUTH ready.\n"
      "fetchmail: IMAP> A0001 FETCH 1 RFC822.HEADER\n"
      "fetchmail: IMAP< * 1 FETCH (RFC822.HEADER {8}\n"
      "reading message joe@mail.example.test:1 of 1 (8 header octets)\n"
      "Trying to connect to 127.0.0.1/25...connection failed.\n"
      "fetchmail: IMAP> A0002 LOGOUT\n"
      "fetchmail: IMAP< )\n"
      "fetchmail: IMAP< A0001 OK\n"
      "fetchmail: IMAP< * BYE\n"
      "fetchmail: IMAP< A0002 OK\n";
  auto const s = sessions_of("fetchmail", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * PREAUTH ready.\\r\\n\nC A0001 FETCH 1 RFC822.HEADER\\r\\n\n"
            "S * 1 FETCH (RFC822.HEADER {8}\\r\\nxxxxxx\\r\\n)\\r\\n\nC A0002 LOGOUT\\r\\n\nS A0001 OK\\r\\n\n"
            "S * BYE\\r\\n\nS A0002 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "content responses");
}

TEST(fetchmail, what_it_reads_for_an_answer_may_be_the_mails) {
  std::string const log =
      "fetchmail: POP3> LIST 1\nfetchmail: POP3< +OK 1 50\nfetchmail: POP3> RETR 1\nfetchmail: POP3< +OK 50 octets\n"
      "reading message joe@mail.example.test:1 of 1 (50 octets)\nfetchmail: SMTP connect to localhost failed\n"
      "fetchmail: POP3> QUIT\nfetchmail: POP3< Dear Joe,=20\n";
  auto const s = sessions_of("fetchmail", {{"a.log", log}});
  EXPECT_TRUE(said(s).ends_with("C QUIT\\r\\n\n")) << said(s);
  EXPECT_EQ(lacking(s), "beginning content responses");
}

TEST(fetchmail, the_end_of_an_answer_that_began_before_the_log) {
  std::string const log =
      "fetchmail: POP3< 2 uid-2\nfetchmail: POP3< .\nfetchmail: POP3> STAT\nfetchmail: POP3< +OK 2 300\n";
  auto const s = sessions_of("fetchmail", {{"a.log", log}});
  EXPECT_TRUE(said(s).ends_with("S +OK stand-in\\r\\n\nC STAT\\r\\n\nS +OK 2 300\\r\\n\n")) << said(s);
  EXPECT_EQ(lacking(s), "beginning responses");
}

TEST(fetchmail, a_greeting_while_nothing_is_asked_is_another_connections) {
  std::string const log =
      "fetchmail: POP3< +OK ready\nfetchmail: POP3> CAPA\nfetchmail: POP3< -ERR log in first\n"
      "fetchmail: POP3< +OK ready\nfetchmail: POP3> USER joe\nfetchmail: POP3< +OK\n";
  EXPECT_EQ(said("fetchmail", log),
            "S +OK ready\\r\\n\nC CAPA\\r\\n\nS -ERR log in first\\r\\n\n1 S +OK ready\\r\\n\n1 C USER joe\\r\\n\n"
            "1 S +OK\\r\\n\n");
}

TEST(fetchmail, wrapped_lines_and_lost_blanks) {
  std::string const log =
      "fetchmail: IMAP< * PREAUTH ready\nfetchmail: IMAP> A0001 CAPABILITY\n"
      "fetchmail: IMAP< * CAPABILITY IMAP4rev1 IDLE \n              NAMESPACE\n"
      "fetchmail: IMAP< A0001 OK done\nfetchmail: IMAP> A0002 FETCH 1 RFC822.HEADER\n"
      "fetchmail: IMAP< * 1 FETCH (RFC822.HEADER {7}\nfetchmail: IMAP<\nfetchmail: IMAP< abc\nfetchmail: IMAP< )\n"
      "fetchmail: IMAP< A0002 OK done\n";
  auto const text = said("fetchmail", log);
  EXPECT_NE(text.find("S * CAPABILITY IMAP4rev1 IDLE NAMESPACE\\r\\n"), std::string::npos) << text;
  EXPECT_NE(text.find("{7}\\r\\n\\r\\nabc\\r\\n)\\r\\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace mailrig::record::fetchmail_test
