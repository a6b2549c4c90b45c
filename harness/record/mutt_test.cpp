// What debug files of mutt and neomutt come to.
#include "record/importer_case.hpp"

namespace mailrig::record::mutt_test {
namespace {

constexpr char const* mutt_log =
    "[2026-11-29 02:31:57] 4< * OK ready\n"
    "[2026-11-29 02:31:57] Handling OK\n"
    "[2026-11-29 02:31:57] 4> a0000 LOGIN joe secret\r\n"
    "[2026-11-29 02:31:58] 4< a0000 OK done\n"
    "[2026-11-29 02:31:58] 4> a0001 ENABLE UTF8=ACCEPT\r\n"
    "a0002 LIST \"\" \"\"\r\n"
    "[2026-11-29 02:31:58] 4< a0001 OK\n"
    "[2026-11-29 02:31:58] 4< a0002 OK\n"
    "[2026-11-29 02:31:59] 4> a0003 UID FETCH 3 BODY.PEEK[]\r\n"
    "[2026-11-29 02:31:59] 4< * 3 FETCH (UID 3 BODY[] {19}\n"
    "[2026-11-29 02:31:59] imap_read_literal: reading 19 bytes\n"
    "Subject: x\n"
    "\n"
    "a )\n"
    "[2026-11-29 02:31:59] 4< )\n"
    "[2026-11-29 02:31:59] 4< a0003 OK\n";

TEST(mutt, text_without_a_mark_is_the_literals) {
  auto const s = sessions_of("mutt", {{"debug0", mutt_log}});
  EXPECT_EQ(said(s),
            "S * OK ready\\r\\n\n"
            "C a0000 LOGIN joe secret\\r\\n\n"
            "S a0000 OK done\\r\\n\n"
            "C a0001 ENABLE UTF8=ACCEPT\\r\\n\n"
            "C a0002 LIST \"\" \"\"\\r\\n\n"
            "S a0001 OK\\r\\n\n"
            "S a0002 OK\\r\\n\n"
            "C a0003 UID FETCH 3 BODY.PEEK[]\\r\\n\n"
            "S * 3 FETCH (UID 3 BODY[] {19}\\r\\nSubject: x\\r\\n\\r\\na )\\r\\n)\\r\\n\n"
            "S a0003 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "");
  EXPECT_EQ(recognised(mutt_log), "mutt");
}

TEST(mutt, neomutt_has_the_function_before_the_mark) {
  std::string const log =
      "[2026-11-29 02:29:15]<5> mutt_socket_readln_d() 4< * PREAUTH ready\n"
      "[2026-11-29 02:29:15]<2> mutt_socket_write_d() 4> a0000 NOOP\n"
      "[2026-11-29 02:29:15]<5> mutt_socket_readln_d() 4< a0000 OK\n";
  EXPECT_EQ(said("mutt", log), "S * PREAUTH ready\\r\\n\nC a0000 NOOP\\r\\n\nS a0000 OK\\r\\n\n");
  EXPECT_EQ(recognised(log), "mutt");
}

TEST(mutt, times_are_the_logs) {
  auto const s = sessions_of("mutt", {{"debug0", mutt_log}});
  ASSERT_EQ(s.size(), 1u);
  EXPECT_EQ(s[0].events.back().at - s[0].events.front().at, std::chrono::seconds(2));
}

TEST(mutt, neomutt_without_levels_and_a_connection_that_is_gone) {
  std::string const log =
      "[2018-11-09 17:51:36] mutt_socket_readln_d() 9< +OK ready\n[2018-11-09 17:51:36] mutt_sasl_setup_conn() x\n"
      "[2018-11-09 17:51:36] mutt_socket_write_d() 9> CAPA^M\n[2018-11-09 17:51:36] mutt_socket_readln_d() 9< +OK\n"
      "[2018-11-09 17:51:36] mutt_socket_readln_d() 9< TOP\n[2018-11-09 17:51:36] mutt_socket_readln_d() 9< .\n"
      "[2018-11-09 17:51:37] mutt_socket_write_d() -1> QUIT^M\n";
  EXPECT_EQ(recognised(log), "mutt");
  auto const text = said("mutt", log);
  EXPECT_TRUE(text.starts_with("S +OK ready\\r\\n\nC CAPA\\r\\n\nS +OK\\r\\n\nS TOP\\r\\n.\\r\\n\n1 ")) << text;
  EXPECT_TRUE(text.ends_with("1 C QUIT\\r\\n\n")) << text;
}

TEST(mutt, lines_that_a_terminal_broke_are_whole_again) {
  std::string const log =
      "[2026-11-29 02:29:15]<5> mutt_socket_readln_d() 4< * PREAUTH ready\n"
      "[2026-11-29 02:29:15]<5> mutt_socket_readln_d() 4< * CAPABILITY IMA\n"
      "P4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 U\n"
      "IDPLUS\n"
      "[2026-11-29 02:29:15]<2> mutt_socket_write_d() 4> a0000 NOOP\n"
      "[2026-11-29 02:29:15]<5> mutt_socket_readln_d() 4< a0000 OK\n";
  EXPECT_EQ(said("mutt", log),
            "S * PREAUTH ready\\r\\n\n"
            "S * CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS\\r\\n\n"
            "C a0000 NOOP\\r\\n\nS a0000 OK\\r\\n\n");
}

}  // namespace
}  // namespace mailrig::record::mutt_test
