// What curl -v comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::curl_test {
namespace {

TEST(curl, the_mail_went_elsewhere) {
  std::string const log =
      "*   Trying 127.0.0.1:143...\n"
      "* Connected to localhost (127.0.0.1) port 143 (#0)\n"
      "< * OK ready.\n"
      "> A001 CAPABILITY\n"
      "< * CAPABILITY IMAP4rev1\n"
      "< A001 OK\n"
      "> A002 AUTHENTICATE PLAIN AGpvZQB2ZXJ5LXNlY3JldA==\n"
      "< A002 OK in\n"
      "> A003 FETCH 2 BODY[]\n"
      "< * 2 FETCH (BODY[] {6}\n"
      "* Found 6 bytes to download\n"
      "* Written 6 bytes, 0 bytes are left for transfer\n"
      "< )\n"
      "< A003 OK\n"
      "* Connection #0 to host localhost left intact\n"
      "A: b\n";
  auto const s = sessions_of("curl", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK ready.\\r\\n\n"
            "C A001 CAPABILITY\\r\\n\n"
            "S * CAPABILITY IMAP4rev1\\r\\n\n"
            "S A001 OK\\r\\n\n"
            "C A002 AUTHENTICATE PLAIN AGpvZQB2ZXJ5LXNlY3JldA==\\r\\n\n"
            "S A002 OK in\\r\\n\n"
            "C A003 FETCH 2 BODY[]\\r\\n\n"
            "S * 2 FETCH (BODY[] {6}\\r\\nxxxx\\r\\n)\\r\\n\n"
            "S A003 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "content");
  EXPECT_EQ(recognised(log), "curl");
}

TEST(curl, pop3_and_its_sasl_exchange) {
  std::string const log =
      "* Connected to 127.0.0.1 (127.0.0.1) port 110 (#0)\n"
      "< +OK ready.\n> CAPA\n< +OK\n< SASL PLAIN\n< .\n> AUTH PLAIN\n< + \n> AGEAYg==\n< +OK in.\n> RETR 2\n< +OK 40 "
      "octets\n"
      "* Connection #0 to host 127.0.0.1 left intact\n";
  auto const s = sessions_of("curl", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S +OK ready.\\r\\n\n"
            "C CAPA\\r\\n\n"
            "S +OK\\r\\n\n"
            "S SASL PLAIN\\r\\n.\\r\\n\n"
            "C AUTH PLAIN\\r\\n\n"
            "S + \\r\\n\n"
            "C AGEAYg==\\r\\n\n"
            "S +OK in.\\r\\n\n"
            "C RETR 2\\r\\n\n"
            "S +OK 40 octets\\r\\n\n"
            "S xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\\r\\n.\\r\\n\n");
  EXPECT_EQ(lacking(s), "content");
}

TEST(curl, a_page_took_the_marks_of_commands) {
  std::string const log =
      "< A002 OK in\nA003 SELECT INBOX\n< * 4 EXISTS\n< A003 OK [READ-WRITE] done\nA004 NOOP\n< A004 OK done\n";
  auto const s = said("curl", log);
  EXPECT_NE(s.find("C A003 SELECT INBOX\\r\\n\nS * 4 EXISTS\\r\\n\nS A003 OK [READ-WRITE] done\\r\\n\nC A004 NOOP"),
            s.npos)
      << s;
  EXPECT_EQ(recognised(log), "curl");
}

}  // namespace
}  // namespace mailrig::record::curl_test
