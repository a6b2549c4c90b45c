// What mail.debug=true of Java's Mail comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::javamail_test {
namespace {

TEST(javamail, the_login_is_filled_from_its_result) {
  std::string const log =
      "DEBUG: Jakarta Mail version 2.0.1\n"
      "DEBUG IMAP: trying to connect to host \"localhost\", port 143, isSSL false\n"
      "* OK ready\n"
      "A0 CAPABILITY\n"
      "* CAPABILITY IMAP4rev1 AUTH=PLAIN\n"
      "A0 OK\n"
      "DEBUG IMAP: LOGIN command trace suppressed\n"
      "DEBUG IMAP: LOGIN command result: A1 OK Logged in\n"
      "A2 FETCH 1 (BODYSTRUCTURE)\n"
      "* 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7BIT\" -1 NIL NIL NIL NIL))\n"
      "DEBUG IMAP: ignoring bad response, THROW: \n"
      "com.sun.mail.iap.ParsingException: BODYSTRUCTURE parse error\n"
      "\tat com.sun.mail.imap.protocol.BODYSTRUCTURE.<init>(BODYSTRUCTURE.java:261)\n"
      "A2 OK\n";
  auto const s = sessions_of("javamail", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK ready\\r\\n\n"
            "C A0 CAPABILITY\\r\\n\n"
            "S * CAPABILITY IMAP4rev1 AUTH=PLAIN\\r\\n\n"
            "S A0 OK\\r\\n\n"
            "C A1 LOGIN * *\\r\\n\n"
            "S A1 OK Logged in\\r\\n\n"
            "C A2 FETCH 1 (BODYSTRUCTURE)\\r\\n\n"
            "S * 1 FETCH (BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7BIT\" -1 NIL NIL NIL NIL))\\r\\n\n"
            "S A2 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "");
  EXPECT_EQ(recognised(log), "javamail");
}

TEST(javamail, literals_are_shown_without_marks) {
  std::string const log =
      "DEBUG: JavaMail version 1.6\nA1 NOOP\nA1 OK\nA2 FETCH 1 (BODY[])\n* 1 FETCH (BODY[] {11}\nA: b\n\nx\n"
      " FLAGS (\\Seen))\nA2 OK\n";
  auto const s = sessions_of("javamail", {{"a.log", log}});
  EXPECT_NE(said(s).find("{11}\\r\\nA: b\\r\\n\\r\\nx\\r\\n FLAGS (\\Seen))\\r\\n"), std::string::npos) << said(s);
  EXPECT_EQ(lacking(s), "beginning");
}

TEST(javamail, another_mechanism_is_not_shown_as_login) {
  std::string const log =
      "DEBUG: JavaMail version 1.6.2\nDEBUG IMAPS: trying to connect to host \"mail.example.test\", port 993\n"
      "* OK ready\nA0 CAPABILITY\n* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\nA0 OK\n"
      "DEBUG IMAPS: AUTHENTICATE XOAUTH2 command trace suppressed\n"
      "DEBUG IMAPS: AUTHENTICATE XOAUTH2 command result: A1 NO failed.\n";
  auto const text = said("javamail", log);
  EXPECT_TRUE(
      text.ends_with("C A1 AUTHENTICATE XOAUTH2\\r\\n\nS + \\r\\n\nC c3RhbmQtaW4=\\r\\n\nS A1 NO failed.\\r\\n\n"))
      << text;
}

TEST(javamail, pop3_has_its_login_filled_and_each_connection_is_a_session) {
  std::string const once =
      "DEBUG POP3: connecting to host \"mail.example.test\", port 995, isSSL true\nS: +OK ready\nC: CAPA\nS: +OK\n"
      "TOP\n.\nDEBUG POP3: authentication command trace suppressed\nDEBUG POP3: authentication command succeeded\n"
      "C: STAT\nS: +OK 0 0\n";
  std::string const row =
      "S +OK ready\\r\\n\nC CAPA\\r\\n\nS +OK\\r\\n\nS TOP\\r\\n.\\r\\n\nC USER *\\r\\n\nS +OK stand-in\\r\\n\nC PASS "
      "*\\r\\n\n"
      "S +OK stand-in\\r\\n\nC STAT\\r\\n\nS +OK 0 0\\r\\n\n";
  EXPECT_EQ(said("javamail", once), row);
  EXPECT_EQ(sessions_of("javamail", {{"a.log", once + once}}).size(), 2u);
  EXPECT_EQ(recognised(once), "javamail");
}

}  // namespace
}  // namespace mailrig::record::javamail_test
