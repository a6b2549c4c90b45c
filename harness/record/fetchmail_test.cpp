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

}  // namespace
}  // namespace mailrig::record::fetchmail_test
