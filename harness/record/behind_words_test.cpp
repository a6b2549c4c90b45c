// What comes of logs that no importer knows by their form.
#include "record/importer_case.hpp"

namespace mailrig::record::behind_words_test {
namespace {

constexpr char const* expected =
    "S * PREAUTH stand-in: the log begins later\\r\\n\nC A1 SELECT INBOX\\r\\n\nS * 3 EXISTS\\r\\n\n"
    "S A1 OK [READ-WRITE] done\\r\\n\n";

TEST(behind_words, a_loggers_words) {
  std::string const log =
      "10:00:01,100 INFO  [stdout] (task-3) A1 SELECT INBOX\n"
      "10:00:01,200 INFO  [stdout] (task-3) * 3 EXISTS\n"
      "10:00:01,200 INFO  [cache] (task-4) three messages to do\n"
      "10:00:01,300 INFO  [stdout] (task-3) A1 OK [READ-WRITE] done\n";
  EXPECT_EQ(said("behind-words", log), expected);
  EXPECT_EQ(recognised(log), "behind-words");
}

TEST(behind_words, fields_of_json) {
  std::string const log =
      "{\"msg\": \"debug: A1 SELECT \\\"INBOX\\\"\", \"t\": 1},\n{\"msg\": \"debug: * 3 EXISTS\", \"t\": 2},\n"
      "{\"msg\": \"debug: A1 OK [READ-WRITE] done\", \"t\": 3}\n";
  EXPECT_EQ(said("behind-words", log),
            "S * PREAUTH stand-in: the log begins later\\r\\n\nC A1 SELECT \"INBOX\"\\r\\n\nS * 3 EXISTS\\r\\n\n"
            "S A1 OK [READ-WRITE] done\\r\\n\n");
}

TEST(behind_words, what_is_known_by_the_words_before_it) {
  std::string const log =
      "imap[7] recv * 3 EXISTS\nimap[7] send A1 IDLE\nimap[7] recv + idling\nimap[7] recv * 4 EXISTS\n"
      "imap[7] send DONE\nimap[7] recv A1 OK done\n";
  EXPECT_EQ(said("behind-words", log),
            "S * PREAUTH stand-in: the log begins later\\r\\n\nS * 3 EXISTS\\r\\n\nC A1 IDLE\\r\\n\nS + idling\\r\\n\n"
            "S * 4 EXISTS\\r\\n\nC DONE\\r\\n\nS A1 OK done\\r\\n\n");
}

TEST(behind_words, what_two_layers_log_is_one_line) {
  std::string const log =
      "net: sending 'A1 SELECT INBOX'\nwire > 'A1 SELECT INBOX'\nwire < '* 3 EXISTS'\n"
      "wire < 'A1 OK [READ-WRITE] done'\nnet: status 'A1 OK [READ-WRITE] done'\n";
  EXPECT_EQ(said("behind-words", log), expected);
}

TEST(behind_words, prose_is_no_log) {
  EXPECT_EQ(recognised("The server is OK and we list a few things.\n* one\n* two items\nAll is OK.\n"), "");
}

TEST(behind_words, quotation_marks_within_quotes_as_they_are) {
  std::string const log =
      "\"IMAPD\"\t1\t2\t\"2017-02-05 13:57:54.342\"\t\"192.0.2.1\"\t\"RECEIVED: A1 SELECT \"INBOX.Sent\"\"\n"
      "\"IMAPD\"\t1\t2\t\"2017-02-05 13:57:54.343\"\t\"192.0.2.1\"\t\"SENT: * 6 EXISTS[nl]A1 OK [READ-WRITE] done\"\n"
      "contents = \"A2 LIST \"\" \"*\" RETURN (SPECIAL-USE)\\r\\n\"\n"
      "contents = \"* LIST () \"/\" \"INBOX\"\\r\\nA2 OK done\\r\\n\"\n";
  EXPECT_EQ(said("behind-words", log),
            "S * PREAUTH stand-in: the log begins later\\r\\n\nC A1 SELECT \"INBOX.Sent\"\\r\\n\nS * 6 EXISTS\\r\\n\n"
            "S A1 OK [READ-WRITE] done\\r\\n\nC A2 LIST \"\" \"*\" RETURN (SPECIAL-USE)\\r\\n\n"
            "S * LIST () \"/\" \"INBOX\"\\r\\n\nS A2 OK done\\r\\n\n");
}

TEST(behind_words, a_line_that_was_cut_within_its_quotes) {
  std::string const log =
      "read data=\"A1 FETCH 1 ENVELOPE\\r\\n\" size=22\nwrite data=\"* 1 FETCH (ENVELOPE (\\\"Thu, 14 Sep 2023\n"
      "read data=\"A2 NOOP\\r\\n\" size=9\nwrite data=\"A2 OK done\\r\\n\" size=12\n";
  auto const s = sessions_of("behind-words", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * PREAUTH stand-in: the log begins later\\r\\n\nC A1 FETCH 1 ENVELOPE\\r\\n\nC A2 NOOP\\r\\n\n"
            "S A2 OK done\\r\\n\n");
  EXPECT_EQ(lacking(s), "beginning responses");
}

TEST(behind_words, a_greeting_behind_a_greeting_is_another_connections) {
  std::string const log =
      "10:00:01 [conn 1] - > * OK ready\n10:00:01 [conn 1] client is gone\n10:00:02 [conn 2] - > * OK ready\n"
      "10:00:02 [conn 2] - < a1 NOOP\n10:00:02 [conn 2] - > a1 OK done\n";
  EXPECT_EQ(said("behind-words", log),
            "S * OK ready\\r\\n\n1 S * OK ready\\r\\n\n1 C a1 NOOP\\r\\n\n1 S a1 OK done\\r\\n\n");
}

TEST(behind_words, connections_that_are_named_are_told_apart) {
  std::string const log =
      "in remote.port=1}: data=\"A1 NOOP\\r\\n\" size=9\nin remote.port=2}: data=\"A1 SELECT INBOX\\r\\n\" size=17\n"
      "out remote.port=1}: data=\"A1 OK done\\r\\n\" size=12\nout remote.port=2}: data=\"A1 NO none\\r\\n\" size=12\n";
  EXPECT_EQ(said("behind-words", log),
            "S * PREAUTH stand-in: the log begins later\\r\\n\nC A1 NOOP\\r\\n\nS A1 OK done\\r\\n\n"
            "1 S * PREAUTH stand-in: the log begins later\\r\\n\n1 C A1 SELECT INBOX\\r\\n\n1 S A1 NO none\\r\\n\n");
  std::string const lines =
      "raw input\n    remotePort = 1\n    contents = \"A1 NOOP\\r\\n\"\nraw input\n    remotePort = 2\n"
      "    contents = \"A1 CHECK\\r\\n\"\nraw output\n    remotePort = 1\n    contents = \"A1 OK done\\r\\n\"\n";
  EXPECT_EQ(said("behind-words", lines),
            "S * PREAUTH stand-in: the log begins later\\r\\n\nC A1 NOOP\\r\\n\nS A1 OK done\\r\\n\n"
            "1 S * PREAUTH stand-in: the log begins later\\r\\n\n1 C A1 CHECK\\r\\n\n");
}

}  // namespace
}  // namespace mailrig::record::behind_words_test
