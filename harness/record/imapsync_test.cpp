// What imapsync --debugimap comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::imapsync_test {
namespace {

TEST(imapsync, two_servers_are_told_apart_by_their_tags) {
  std::string const log =
      "Read: \t* OK one\n"
      "Sending: 1 LOGIN joe ***\n"
      "Sent 20 bytes\n"
      "Read: \t1 OK in\n"
      "Sending: 2 SELECT INBOX\n"
      "Sent 16 bytes\n"
      "Read: \t* 0 EXISTS\n"
      "  \t* 0 RECENT\n"
      "  \t2 OK\n"
      "Read: \t* OK two\n"
      "Sending: 1 LOGIN joe ***\n"
      "Read: \t1 OK in\n"
      "Sending: 3 NOOP\n"
      "Read: \t3 OK\n";
  auto const s = sessions_of("imapsync", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK one\\r\\n\nC 1 LOGIN joe ***\\r\\n\nS 1 OK in\\r\\n\nC 2 SELECT INBOX\\r\\n\n"
            "S * 0 EXISTS\\r\\n\nS * 0 RECENT\\r\\n\nS 2 OK\\r\\n\nC 3 NOOP\\r\\n\nS 3 OK\\r\\n\n"
            "1 S * OK two\\r\\n\n1 C 1 LOGIN joe ***\\r\\n\n1 S 1 OK in\\r\\n\n");
  EXPECT_EQ(recognised(log), "imapsync");
}

TEST(imapsync, a_literal_that_is_not_shown_is_announced) {
  auto const s =
      sessions_of("imapsync", {{"a.log",
                                "Sending: 7 UID FETCH 5 BODY.PEEK[]\n"
                                "Sent 30 bytes\n"
                                "LITERAL: received literal in line * 5 FETCH (BODY[]  of length 40; attempting\n"
                                "Received ret=40 40 of 40\n"
                                "Read:   * 5 FETCH (BODY[]     UID 5)\n"
                                "        7 OK done\n"}});
  EXPECT_EQ(said(s),
            "S * PREAUTH stand-in: the log begins later\\r\\n\nC 7 UID FETCH 5 BODY.PEEK[]\\r\\n\n"
            "S * 5 FETCH (BODY[] {40}\\r\\n" +
                std::string(38, 'x') + "\\r\\n UID 5)\\r\\n\nS 7 OK done\\r\\n\n");
  EXPECT_EQ(lacking(s), "beginning content");
}

}  // namespace
}  // namespace mailrig::record::imapsync_test
