// What a terminal shows comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::terminal_test {
namespace {

TEST(terminal, telnet) {
  std::string const log =
      "Trying 127.0.0.1...\nConnected to localhost.\nEscape character is '^]'.\n"
      "* OK ready\n"
      "a login joe very-secret\n"
      "a OK in\n"
      "c fetch 2 (flags body.peek[])\n"
      "* 2 FETCH (FLAGS (\\Seen) BODY[] {27}\n"
      "A: b\n"
      "\n"
      "* 3 EXISTS\n"
      "a4 OK\n"
      ")\n"
      "c OK\n"
      "e logout\n"
      "* BYE out\n"
      "e OK\n"
      "Connection closed by foreign host.\n";
  auto const s = sessions_of("terminal", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK ready\\r\\n\n"
            "C a login joe very-secret\\r\\n\n"
            "S a OK in\\r\\n\n"
            "C c fetch 2 (flags body.peek[])\\r\\n\n"
            "S * 2 FETCH (FLAGS (\\Seen) BODY[] {27}\\r\\nA: b\\r\\n\\r\\n* 3 EXISTS\\r\\na4 OK\\r\\n)\\r\\n\n"
            "S c OK\\r\\n\n"
            "C e logout\\r\\n\n"
            "S * BYE out\\r\\n\n"
            "S e OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "");
  EXPECT_EQ(recognised(log), "terminal");
}

TEST(terminal, s_client_and_pop3) {
  std::string const log =
      "CONNECTED(00000003)\ndepth=0 CN = localhost\nverify error:num=18:self-signed certificate\n---\nCertificate "
      "chain\n"
      " 0 s:CN = localhost\n---\nSSL handshake has read 1500 bytes\n---\n+OK ready\nUSER joe\n+OK\nPASS "
      "very-secret\n+OK in\n"
      "LIST\n+OK 1 message\n1 120\n.\nRETR 1\n+OK 120 octets\nA: b\n\n.\n.\nQUIT\n+OK\nclosed\n";
  auto const s = sessions_of("terminal", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S +OK ready\\r\\n\nC USER joe\\r\\n\nS +OK\\r\\n\nC PASS very-secret\\r\\n\nS +OK in\\r\\n\n"
            "C LIST\\r\\n\nS +OK 1 message\\r\\n\nS 1 120\\r\\n.\\r\\n\n"
            "C RETR 1\\r\\n\nS +OK 120 octets\\r\\n\nS A: b\\r\\n\\r\\n..\\r\\n.\\r\\n\n"
            "C QUIT\\r\\n\nS +OK\\r\\n\n");
  EXPECT_EQ(recognised(log), "terminal");
}

TEST(terminal, starttls_is_followed_by_tls) {
  EXPECT_EQ(said("terminal", "* OK ready\na1 STARTTLS\na1 OK begin\na2 CAPABILITY\n* CAPABILITY IMAP4rev1\na2 OK\n"),
            "S * OK ready\\r\\n\nC a1 STARTTLS\\r\\n\nS a1 OK begin\\r\\n\nTLS TLS, of which the log tells nothing\n"
            "C a2 CAPABILITY\\r\\n\nS * CAPABILITY IMAP4rev1\\r\\n\nS a2 OK\\r\\n\n");
}

TEST(terminal, what_was_mistyped_is_known_by_its_answer) {
  EXPECT_EQ(said("terminal", "* OK hello\nlogin joe secret\nlogin BAD no such command\na1 NOOP\na1 OK done\n"),
            "S * OK hello\\r\\n\nC login joe secret\\r\\n\nS login BAD no such command\\r\\n\nC a1 NOOP\\r\\n\n"
            "S a1 OK done\\r\\n\n");
}

TEST(terminal, capabilities_that_were_wrapped_are_no_commands) {
  std::string const log =
      "Escape character is '^]'.\n* OK [CAPABILITY IMAP4rev1 LITERAL+ \nID ENABLE IDLE AUTH=PLAIN] ready.\n"
      "A1 LOGIN joe secret\nA1 OK [CAPABILITY IMAP4rev1 \nBINARY MOVE SPECIAL-USE] in\nA2 NOOP\nA2 OK\n";
  EXPECT_EQ(said("terminal", log),
            "S * OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE IDLE AUTH=PLAIN] ready.\\r\\n\n"
            "C A1 LOGIN joe secret\\r\\n\nS A1 OK [CAPABILITY IMAP4rev1 BINARY MOVE SPECIAL-USE] in\\r\\n\n"
            "C A2 NOOP\\r\\n\nS A2 OK\\r\\n\n");
}

TEST(terminal, a_command_behind_a_response_that_was_cut) {
  std::string const log =
      "* OK hi\na1 FETCH 1 BODYSTRUCTURE\n* 1 FETCH (BODYSTRUCTURE (\"text\" ...\na1 OK\n"
      "a2 FETCH 1 ENVELOPE\n* 1 FETCH (ENVELOPE (\"Thu...\na3 NOOP\na3 OK\n";
  auto const s = sessions_of("terminal", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK hi\\r\\n\nC a1 FETCH 1 BODYSTRUCTURE\\r\\n\nS a1 OK\\r\\n\nC a2 FETCH 1 ENVELOPE\\r\\n\n"
            "C a3 NOOP\\r\\n\nS a3 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "responses");
}

TEST(terminal, the_answer_to_a_challenge_is_the_clients) {
  EXPECT_EQ(said("terminal", "* OK hi\na1 AUTHENTICATE PLAIN\n+\n[left out]\na1 OK in\na2 NOOP\na2 OK\n"),
            "S * OK hi\\r\\n\nC a1 AUTHENTICATE PLAIN\\r\\n\nS + \\r\\n\nC [left out]\\r\\n\nS a1 OK in\\r\\n\n"
            "C a2 NOOP\\r\\n\nS a2 OK\\r\\n\n");
}

TEST(terminal, a_line_that_stands_for_others) {
  auto const s = sessions_of(
      "terminal",
      {{"a.log",
        "* OK hi\na1 LOGIN joe x\na1 OK in\na2 LIST \"\" *\n* LIST () \"/\" a\n[TRIMMED ...]\na2 NOOP\na2 OK\n"}});
  EXPECT_EQ(lacking(s), "responses commands");
}

}  // namespace
}  // namespace mailrig::record::terminal_test
