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

}  // namespace
}  // namespace mailrig::record::behind_words_test
