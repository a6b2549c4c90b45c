// What transcripts of people come to: each row a log, and what it says.
#include "record/importer_case.hpp"

namespace mailrig::record::transcript_test {
namespace {

constexpr char const* expected =
    "S * OK hello\\r\\n\nC a1 LOGIN joe secret\\r\\n\nS a1 OK in\\r\\n\nC a2 NOOP\\r\\n\nS * 3 EXISTS\\r\\n\nS a2 OK "
    "done\\r\\n\n";

struct row {
  char const* what;
  char const* log;
};
constexpr row rows[] = {
    {"RFC",
     "   S:   * OK hello\n   C:   a1 LOGIN joe secret\n   S:   a1 OK in\n   C:   a2 NOOP\n   S:   * 3 EXISTS\n"
     "   S:   a2 OK done\n"},
    {"words",
     "Server: * OK hello\nClient: a1 LOGIN joe secret\nServer: a1 OK in\nClient: a2 NOOP\nServer: * 3 EXISTS\n"
     "Server: a2 OK done\n"},
    {"markdown",
     "It says:\n\n> S: * OK hello\n> C: a1 LOGIN joe secret\n> S: a1 OK in\n> C: a2 NOOP\n> S: * 3 EXISTS\n"
     "> S: a2 OK done\n\nThe server is wrong.\n"},
    {"arrows", "< * OK hello\n> a1 LOGIN joe secret\n< a1 OK in\n> a2 NOOP\n< * 3 EXISTS\n< a2 OK done\n"},
    {"times and arrows",
     "10:20:30.100 <- * OK hello\n10:20:30.200 -> a1 LOGIN joe secret\n10:20:30.300 <- a1 OK in\n"
     "10:20:30.400 -> a2 NOOP\n10:20:30.500 <- * 3 EXISTS\n10:20:30.600 <- a2 OK done\n"},
    {"a logger's words before",
     "2024-01-01 DEBUG net S: * OK hello\n2024-01-01 DEBUG net C: a1 LOGIN joe secret\n"
     "2024-01-01 DEBUG net S: a1 OK in\n2024-01-01 DEBUG net C: a2 NOOP\n"
     "2024-01-01 DEBUG net S: * 3 EXISTS\n2024-01-01 DEBUG net S: a2 OK done\n"},
    {"no space", "S:* OK hello\nC:a1 LOGIN joe secret\nS:a1 OK in\nC:a2 NOOP\nS:* 3 EXISTS\nS:a2 OK done\n"},
    {"three arrows",
     "<<< * OK hello\n>>> a1 LOGIN joe secret\n<<< a1 OK in\n>>> a2 NOOP\n<<< * 3 EXISTS\n<<< a2 OK done\n"},
};

TEST(transcript, forms) {
  for (auto const& r : rows) {
    EXPECT_EQ(said("transcript", r.log), expected) << r.what;
    EXPECT_EQ(recognised(r.log), "transcript") << r.what;
  }
}

TEST(transcript, wrapped_lines_are_joined) {
  auto const s = sessions_of("transcript", {{"a.log",
                                             "C:    A654 FETCH 2:4 (FLAGS UID)\n"
                                             "S:    * 2 FETCH (FLAGS (\\Seen)\n"
                                             "      UID 5)\n"
                                             "S:    * 3 FETCH (FLAGS (\n"
                                             "      \\Seen) UID 6)\n"
                                             "S:    A654 OK FETCH\n"
                                             "      completed\n"}});
  EXPECT_EQ(said(s),
            "S * PREAUTH stand-in: the log begins later\\r\\n\n"
            "C A654 FETCH 2:4 (FLAGS UID)\\r\\n\n"
            "S * 2 FETCH (FLAGS (\\Seen) UID 5)\\r\\n\n"
            "S * 3 FETCH (FLAGS (\\Seen) UID 6)\\r\\n\n"
            "S A654 OK FETCH\\r\\n\n");
  EXPECT_EQ(lacking(s), "beginning");
}

TEST(transcript, what_is_not_whole_is_left_out_and_named) {
  auto const s = sessions_of("transcript", {{"a.log",
                                             "S: * OK hello\n"
                                             "C: a1 LOGIN joe secret\n"
                                             "S: a1 OK\n"
                                             "C: a2 FETCH 1:2 FLAGS\n"
                                             "S: ...\n"
                                             "S: * 2 FETCH (FLAGS (\\Seen))\n"
                                             "S: a2 OK\n"}});
  EXPECT_EQ(said(s),
            "S * OK hello\\r\\n\nC a1 LOGIN joe secret\\r\\n\nS a1 OK\\r\\n\nC a2 FETCH 1:2 FLAGS\\r\\n\n"
            "S * 2 FETCH (FLAGS (\\Seen))\\r\\n\nS a2 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "responses");
  EXPECT_EQ(s[0].notes.back(), "a.log:5: left out, since no response begins so");
}

TEST(transcript, literals_of_both_sides) {
  auto const s = sessions_of("transcript", {{"a.log",
                                             "S: * PREAUTH hello\n"
                                             "C: a1 APPEND INBOX {14}\n"
                                             "S: + go ahead\n"
                                             "C: Subject: x\n"
                                             "C: \n"
                                             "C: \n"
                                             "S: a1 OK\n"
                                             "C: a2 FETCH 1 BODY[]\n"
                                             "S: * 1 FETCH (BODY[] {5}\n"
                                             "S: ab\n"
                                             "S: c)\n"
                                             "S: a2 OK\n"}});
  EXPECT_EQ(said(s),
            "S * PREAUTH hello\\r\\n\n"
            "C a1 APPEND INBOX {14}\\r\\n\n"
            "S + go ahead\\r\\n\n"
            "C Subject: x\\r\\n\\r\\n\n"
            "C \\r\\n\n"
            "S a1 OK\\r\\n\n"
            "C a2 FETCH 1 BODY[]\\r\\n\n"
            "S * 1 FETCH (BODY[] {5}\\r\\nab\\r\\nc)\\r\\n\n"
            "S a2 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "");
}

TEST(transcript, no_conversation_is_a_fault_that_says_where) {
  auto const found = base::registry<importer>::find("transcript")->read({{"a.log", "nothing\nof it\n"}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().rule, "a.log:1");
}

TEST(transcript, one_side_and_strings_in_quotes) {
  EXPECT_EQ(recognised("S: * 5 FETCH (FLAGS ())\n\nS: * 6 FETCH (FLAGS ())\n"), "transcript");
  EXPECT_EQ(said("transcript", "<= '* OK hello'\n=> 'a1 NOOP'\n<= 'a1 OK done'\n"),
            "S * OK hello\\r\\n\nC a1 NOOP\\r\\n\nS a1 OK done\\r\\n\n");
}

TEST(transcript, each_connection_that_is_told_of_is_a_session) {
  std::string const log =
      "Connected to pop://mail.example.test:110/\nS: +OK ready\nC: CAPA\nS: +OK\nS: TOP\nS: .\n"
      "Connected to imap://mail.example.test:143/\nS: * OK ready\nC: a1 NOOP\nS: a1 OK done\n";
  EXPECT_EQ(
      said("transcript", log),
      "S +OK ready\\r\\n\nC CAPA\\r\\n\nS +OK\\r\\n\nS TOP\\r\\n.\\r\\n\n1 S * OK ready\\r\\n\n1 C a1 NOOP\\r\\n\n"
      "1 S a1 OK done\\r\\n\n");
}

TEST(transcript, the_last_line_may_end_within_a_response) {
  auto const s = sessions_of("transcript",
                             {{"a.log", "S: * OK hi\nC: a1 LIST \"\" *\nS: * LIST () \"/\" a\nS: * LIST (\\HasNo\n"}});
  EXPECT_EQ(said(s), "S * OK hi\\r\\n\nC a1 LIST \"\" *\\r\\n\nS * LIST () \"/\" a\\r\\n\n");
  EXPECT_EQ(lacking(s), "responses");
}

TEST(transcript, a_blank_behind_plus_is_put_back_where_none_is_kept) {
  EXPECT_NE(
      said("transcript", "S: * OK hi\nC: a1 AUTHENTICATE PLAIN\nS: +\nC: AGEAYg==\nS: a1 OK\n").find("S + \\r\\n"),
      std::string::npos);
  EXPECT_NE(
      said("transcript", "S: * OK hi \nC: a1 AUTHENTICATE PLAIN\nS: +\nC: AGEAYg==\nS: a1 OK\n").find("S +\\r\\n"),
      std::string::npos);
}

TEST(transcript, what_a_person_left_out_is_said_to_be_missing) {
  auto const s = sessions_of("transcript", {{"a.log",
                                             "S: * OK hi\nC: a1 UID THREAD REFERENCES UTF-8 ALL\nS: * THREAD [...]\n"
                                             "S: a1 OK\nC: a2 UID FETCH 1,2,... (FLAGS)\nS: a2 OK\n"}});
  EXPECT_EQ(said(s).find("* THREAD"), std::string::npos);
  EXPECT_EQ(lacking(s), "responses commands");
}

TEST(transcript, blank_lines_behind_a_literal_are_the_logs) {
  std::string const log =
      "S: * PREAUTH hi\nC: a1 FETCH 1 BODY[1.MIME]\nS: * 1 FETCH (BODY[1.MIME] {8}\nS: A: b\n\n\nS: )\nS: a1 OK\n";
  auto const s = sessions_of("transcript", {{"a.log", log}});
  EXPECT_NE(said(s).find("{8}\\r\\nA: b\\r\\n\\r\\n)\\r\\n"), std::string::npos) << said(s);
  EXPECT_EQ(lacking(s), "");
}

TEST(transcript, lines_without_a_mark_between_those_that_have_one) {
  auto const s = sessions_of(
      "transcript",
      {{"a.log",
        "S:* PREAUTH hi\nC:B1 LIST \"\" *\nS:* LIST () \"/\" one\n ------ other folders ----\n"
        "* LIST () \"/\" two\n------ other folders ----\nS:B1 OK done\nC:B2 LIST \"\" *\nS:* LIST (\\Marked)\n"}});
  EXPECT_EQ(said(s),
            "S * PREAUTH hi\\r\\n\nC B1 LIST \"\" *\\r\\n\nS * LIST () \"/\" one\\r\\n\nS * LIST () \"/\" two\\r\\n\n"
            "S B1 OK done\\r\\n\nC B2 LIST \"\" *\\r\\n\n");
  EXPECT_EQ(lacking(s), "responses");
}

TEST(transcript, an_answer_to_what_is_not_known_may_be_a_secret) {
  auto const imap =
      said("transcript",
           "S: * OK hi\nC: 1 [INITIAL RESPONSE (user: joe)]\nS: + \nC: dmVyeS1zZWNyZXQ=\nS: 1 OK in\nC: 2 IDLE\n"
           "S: + \nC: DONE\nS: 2 OK\n");
  EXPECT_EQ(imap.find("dmVyeS1"), std::string::npos) << imap;
  EXPECT_NE(imap.find("C DONE"), std::string::npos) << imap;
  auto const pop3 = said("transcript", "S: +OK hi\nC: [hidden]\nS: + \nC: dmVyeS1zZWNyZXQ=\nS: +OK in\n");
  EXPECT_EQ(pop3.find("dmVyeS1"), std::string::npos) << pop3;
}

}  // namespace
}  // namespace mailrig::record::transcript_test
