// What mbsync -Dn and -DN come to.
#include "record/importer_case.hpp"

namespace mailrig::record::mbsync_test {
namespace {

constexpr char const* head =
    "Connecting to 127.0.0.1 (127.0.0.1:143)... \n"
    "Opening near side store near...\n"
    "* OK [CAPABILITY IMAP4rev1] ready.\n"
    "Logging in...\n"
    ">>> 1 LOGIN <user> <pass>\n"
    "1 OK done\n";

TEST(mbsync, a_literal_that_is_not_shown_is_filled) {
  auto const log = std::string(head) +
                   ">>> 2 UID FETCH 1 (BODY.PEEK[])\n"
                   "(1 in progress) >>> 3 UID FETCH 2 (BODY.PEEK[])\n"
                   "Loading near side box...\n"
                   "* 1 FETCH (UID 1 BODY[] {4}\n"
                   ")\n"
                   "2 OK\n"
                   "3 OK\n";
  auto const s = sessions_of("mbsync", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK [CAPABILITY IMAP4rev1] ready.\\r\\n\n"
            "C 1 LOGIN <user> <pass>\\r\\n\n"
            "S 1 OK done\\r\\n\n"
            "C 2 UID FETCH 1 (BODY.PEEK[])\\r\\n\n"
            "C 3 UID FETCH 2 (BODY.PEEK[])\\r\\n\n"
            "S * 1 FETCH (UID 1 BODY[] {4}\\r\\nxx\\r\\n)\\r\\n\n"
            "S 2 OK\\r\\n\n"
            "S 3 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "content");
  EXPECT_EQ(recognised(log), "mbsync");
}

TEST(mbsync, a_literal_between_lines_of_equals_is_the_mail) {
  auto const log = std::string(head) +
                   ">>> 2 UID FETCH 1 (BODY.PEEK[])\n"
                   "* 1 FETCH (UID 1 BODY[] {23}\n"
                   "=========\n"
                   "A: b\n"
                   "\n"
                   "* 3 EXISTS\n"
                   ")\n"
                   "=========\n"
                   ")\n"
                   "2 OK\n";
  auto const s = sessions_of("mbsync", {{"a.log", log}});
  EXPECT_NE(said(s).find("{23}\\r\\nA: b\\r\\n\\r\\n* 3 EXISTS\\r\\n)\\r\\n)\\r\\n"), std::string::npos) << said(s);
  EXPECT_EQ(lacking(s), "");
}

TEST(mbsync, two_servers_are_two_sessions) {
  std::string const log = "F: * OK one\nN: * OK two\nF: >>> 1 NOOP\nN: >>> 1 CHECK\nN: 1 OK\nF: 1 OK\n";
  EXPECT_EQ(said("mbsync", log),
            "S * OK one\\r\\n\nC 1 NOOP\\r\\n\nS 1 OK\\r\\n\n1 S * OK two\\r\\n\n1 C 1 CHECK\\r\\n\n1 S 1 OK\\r\\n\n");
}

TEST(mbsync, a_literal_without_a_line_end_has_the_mark_on_its_last_line) {
  auto const log =
      std::string(head) +
      ">>> 2 UID FETCH 1 (BODY.PEEK[])\n* 1 FETCH (UID 1 BODY[] {9}\n=========\nA: b\n\nc=========\n)\n2 OK\n";
  auto const s = sessions_of("mbsync", {{"a.log", log}});
  EXPECT_NE(said(s).find("{9}\\r\\nA: b\\r\\n\\r\\nc)\\r\\n"), std::string::npos) << said(s);
  EXPECT_EQ(lacking(s), "");
}

TEST(mbsync, literals_of_both_servers_and_of_the_client) {
  std::string const log =
      "F: * PREAUTH one\nN: * PREAUTH two\nF: >>> 1 UID FETCH 7 (BODY.PEEK[])\n"
      "(1 in progress) F: >>> 2 NOOP\nF: * 1 FETCH (UID 7 BODY[] {3}\nF: =========\na\nF: =========\nF: )\nF: 1 OK\n"
      "N: >>> 1 APPEND \"box\" (\\Seen) {6+}\nN: >>>>>>>>>\nb: c\nN: >>>>>>>>>\nN: 1 OK\nF: 2 OK\n";
  auto const s = sessions_of("mbsync", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * PREAUTH one\\r\\n\nC 1 UID FETCH 7 (BODY.PEEK[])\\r\\n\nC 2 NOOP\\r\\n\n"
            "S * 1 FETCH (UID 7 BODY[] {3}\\r\\na\\r\\n)\\r\\n\nS 1 OK\\r\\n\nS 2 OK\\r\\n\n"
            "1 S * PREAUTH two\\r\\n\n1 C 1 APPEND \"box\" (\\Seen) {6+}\\r\\n\n1 C b: c\\r\\n\n1 C \\r\\n\n1 S 1 "
            "OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "");
}

TEST(mbsync, what_is_left_out_of_a_response_is_no_fault_of_it) {
  std::string const log =
      ">>> 9 SELECT \"box\"^M\n* 2 EXISTS\n9 OK [READ-WRITE] done\n>>> 10 UID FETCH 1:* (UID FLAGS)^M\n"
      "* 1 FETCH (UID 1 FLAGS (\\Seen ...\n* 2 FETCH (UID 5 FLAGS ())\n10 OK\n";
  auto const s = sessions_of("mbsync", {{"a.log", log}});
  EXPECT_NE(said(s).find("C 9 SELECT \"box\"\\r\\n"), std::string::npos) << said(s);
  EXPECT_EQ(said(s).find("* 1 FETCH"), std::string::npos);
  EXPECT_EQ(lacking(s), "beginning responses");
}

}  // namespace
}  // namespace mailrig::record::mbsync_test
