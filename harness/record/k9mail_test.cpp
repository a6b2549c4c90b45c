// What the debug log of K-9 Mail comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::k9mail_test {
namespace {

TEST(k9mail, lists_are_written_as_imap_again) {
  std::string const log =
      "01-07 19:09:06.347 26970 30194 V ImapConnection: conn251 <<< #null# [OK, ready for requests, you]\n"
      "01-07 19:09:06.347 26970 30194 V ImapConnection: conn251>>> 1 CAPABILITY\n"
      "01-07 19:09:06.384 26970 30195 V ImapConnection: conn96 <<< #null# [OK, other]\n"
      "01-07 19:09:06.400 26970 30194 V ImapConnection: conn251 <<< #null# [CAPABILITY, IMAP4rev1, IDLE]\n"
      "01-07 19:09:06.400 26970 30194 V ImapConnection: conn251 <<< #1# [OK, done]\n"
      "01-07 19:09:06.500 26970 30194 V ImapConnection: conn251>>> 2 UID FETCH 5 (FLAGS)\n"
      "01-07 19:09:06.600 26970 30194 V ImapConnection: conn251 <<< #null# [4, FETCH, [UID, 5, FLAGS, [\\Seen, Old]]]\n"
      "01-07 19:09:06.600 26970 30194 V ImapConnection: conn251 <<< #2# [OK, [READ-WRITE], done]\n";
  auto const s = sessions_of("k9mail", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK ready for requests, you\\r\\n\n"
            "C 1 CAPABILITY\\r\\n\n"
            "S * CAPABILITY IMAP4rev1 IDLE\\r\\n\n"
            "S 1 OK done\\r\\n\n"
            "C 2 UID FETCH 5 (FLAGS)\\r\\n\n"
            "S * 4 FETCH (UID 5 FLAGS (\\Seen Old))\\r\\n\n"
            "S 2 OK [READ-WRITE] done\\r\\n\n"
            "1 S * OK other\\r\\n\n");
  EXPECT_EQ(recognised(log), "k9mail");
}

TEST(k9mail, arrows_without_blanks_and_a_hidden_login) {
  std::string const log =
      "V/k9 (23954): conn11<<<#null# [OK, hello]\n"
      "V/k9 (23954): conn11>>> 1 CAPABILITY\n"
      "V/k9 (23954): conn11<<<#1# [OK, done]\n"
      "V/k9 (23954): conn11>>> [Command Hidden, Enable Sensitive Debug Logging To Show]\n"
      "V/k9 (23954): conn11<<<#2# [OK, in]\n"
      "V/k9 (23954): conn11>>> 3 NOOP\n"
      "V/k9 (23954): conn11<<<#null# [7, EXISTS]\n"
      "V/k9 (23954): conn11<<<#3# [OK, done]\n";
  EXPECT_EQ(said("k9mail", log),
            "S * OK hello\\r\\n\nC 1 CAPABILITY\\r\\n\nS 1 OK done\\r\\n\nC 2 LOGIN * *\\r\\n\nS 2 OK in\\r\\n\n"
            "C 3 NOOP\\r\\n\nS * 7 EXISTS\\r\\n\nS 3 OK done\\r\\n\n");
}

}  // namespace
}  // namespace mailrig::record::k9mail_test
