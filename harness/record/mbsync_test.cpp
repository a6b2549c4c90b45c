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

}  // namespace
}  // namespace mailrig::record::mbsync_test
