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

}  // namespace
}  // namespace mailrig::record::k9mail_test
