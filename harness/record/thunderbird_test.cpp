// What Thunderbird's MOZ_LOG comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::thunderbird_test {
namespace {

TEST(thunderbird, connections_are_told_apart_and_secrets_filled) {
  std::string const log =
      "2024-03-28 10:28:10.300000 UTC - [Parent 47: IMAP]: D/IMAP ImapThreadMainLoop entering [this=7f01]\n"
      "2024-03-28 10:28:10.400000 UTC - [Parent 47: IMAP]: I/IMAP 7f01:example.org:NA:CreateNewLineFromSocket: * OK "
      "one\n"
      "2024-03-28 10:28:10.400000 UTC - [Parent 47: IMAP]: I/IMAP 7f02:example.org:NA:CreateNewLineFromSocket: * OK "
      "two\n"
      "2024-03-28 10:28:10.500000 UTC - [Parent 47: IMAP]: I/IMAP 7f01:example.org:NA:SendData: 1 authenticate PLAIN\n"
      "2024-03-28 10:28:10.600000 UTC - [Parent 47: IMAP]: I/IMAP 7f01:example.org:NA:CreateNewLineFromSocket: +\n"
      "2024-03-28 10:28:10.600000 UTC - [Parent 47: IMAP]: I/IMAP 7f01:example.org:NA:SendData: Logging suppressed for "
      "this "
      "command (it probably contained authentication information)\n"
      "2024-03-28 10:28:10.700000 UTC - [Parent 47: IMAP]: I/IMAP 7f01:example.org:NA:CreateNewLineFromSocket: 1 OK "
      "in\n"
      "2024-03-28 10:28:10.800000 UTC - [Parent 47: IMAP]: I/IMAP 7f02:example.org:A:SendData: Logging suppressed for "
      "this "
      "command (it probably contained authentication information)\n"
      "2024-03-28 10:28:10.900000 UTC - [Parent 47: IMAP]: I/IMAP 7f02:example.org:S-INBOX:CreateNewLineFromSocket: 1 "
      "OK in\n";
  auto const s = sessions_of("thunderbird", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK one\\r\\n\n"
            "C 1 authenticate PLAIN\\r\\n\n"
            "S +\\r\\n\n"
            "C *\\r\\n\n"
            "S 1 OK in\\r\\n\n"
            "1 S * OK two\\r\\n\n"
            "1 C 1 LOGIN * *\\r\\n\n"
            "1 S 1 OK in\\r\\n\n");
  ASSERT_EQ(s.size(), 2u);
  EXPECT_EQ(s[0].name, "7f01:example.org");
  EXPECT_EQ(recognised(log), "thunderbird");
}

TEST(thunderbird, old_and_new_pop3) {
  EXPECT_EQ(said("thunderbird", "0[ab]: POP3: RECV: +OK hello\n0[ab]: POP3: SEND: STAT\n0[ab]: POP3: RECV: +OK 0 0\n"),
            "S +OK hello\\r\\n\nC STAT\\r\\n\nS +OK 0 0\\r\\n\n");
  EXPECT_EQ(said("thunderbird",
                 "[Parent 5: Main Thread]: I/POP3 [this=15db] RECV: +OK hello\n"
                 "[Parent 5: Main Thread]: I/POP3 [this=15db] SEND: QUIT\n"),
            "S +OK hello\\r\\n\nC QUIT\\r\\n\n");
}

TEST(thunderbird, before_times_were_logged) {
  EXPECT_EQ(said("thunderbird",
                 "-1220356352[84c3900]: 844a800:host:NA:CreateNewLineFromSocket: * OK hello\r\n"
                 "-1220356352[84c3900]: 844a800:host:NA:SendData: 1 capability\r\n"),
            "S * OK hello\\r\\n\nC 1 capability\\r\\n\n");
}

}  // namespace
}  // namespace mailrig::record::thunderbird_test
