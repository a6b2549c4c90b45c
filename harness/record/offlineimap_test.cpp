// What offlineimap -d imap comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::offlineimap_test {
namespace {

TEST(offlineimap, octets_are_as_python_writes_them) {
  std::string const log =
      "[imap]:   29:00.44 127.0.0.1 reader < b'* OK ready.\\r\\n'\n"
      "[imap]:   29:00.44 127.0.0.1 handler _put_response(b'* OK ready.')\n"
      "[imap]:   29:00.50 127.0.0.1 writer > b'INPF1 LOGIN joe \"very-secret\"\\r\\n'\n"
      "[imap]:   29:00.61 127.0.0.1 reader < b'INPF1 OK\\r\\n'\n"
      "[imap]:   29:00.70 127.0.0.1 writer > b'INPF2 UID FETCH 2 (BODY.PEEK[])\\r\\n'\n"
      "[imap]:   29:00.80 127.0.0.1 reader < b'* 2 FETCH (UID 2 BODY[] {6}\\r\\n'\n"
      "[imap]:   29:00.80 127.0.0.1 reader < b'gr\\xc3\\xbc\\r\\n'\n"
      "[imap]:   29:00.80 127.0.0.1 reader < b\")'\\r\\n\"\n"
      "[imap]:   29:00.90 127.0.0.1 reader < b'INPF2 OK\\r\\n'\n";
  auto const s = sessions_of("offlineimap", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK ready.\\r\\n\n"
            "C INPF1 LOGIN joe \"very-secret\"\\r\\n\n"
            "S INPF1 OK\\r\\n\n"
            "C INPF2 UID FETCH 2 (BODY.PEEK[])\\r\\n\n"
            "S * 2 FETCH (UID 2 BODY[] {6}\\r\\n\n"
            "S gr\\xC3\\xBC\\r\\n\n"
            "S )'\\r\\n\n"
            "S INPF2 OK\\r\\n\n");
  ASSERT_EQ(s.size(), 1u);
  EXPECT_EQ(s[0].events.back().at - s[0].events.front().at, std::chrono::milliseconds(460));
  EXPECT_EQ(recognised(log), "offlineimap");
}

TEST(offlineimap, a_clock_of_minutes_turns) {
  std::string const log =
      "[imap]:   59:59.00 h reader < b'* PREAUTH\\r\\n'\n"
      "[imap]:   00:01.00 h writer > b'A1 NOOP\\r\\n'\n"
      "[imap]:   00:02.00 h reader < b'A1 OK\\r\\n'\n";
  auto const s = sessions_of("offlineimap", {{"a.log", log}});
  ASSERT_EQ(s.size(), 1u);
  EXPECT_EQ(s[0].events.back().at - s[0].events.front().at, std::chrono::seconds(3));
}

TEST(offlineimap, python_2_and_several_lines_in_one_read) {
  std::string const old =
      " [imap]:   01:28.20 mail.example.org writer > ABC1 NOOP\\r\\n\n"
      " [imap]:   01:28.25 mail.example.org reader < * 3 EXISTS\\r\\n\n"
      " [imap]:   01:28.25 mail.example.org reader < ABC1 OK done\\r\\n\n";
  std::string const more =
      "DEBUG    aioimaplib.aioimaplib:aioimaplib.py:405 Sending : b'ABC1 NOOP\\r\\n'\n"
      "DEBUG    aioimaplib.aioimaplib:aioimaplib.py:340 Received : b'* 3 EXISTS\\r\\nABC1 OK done\\r\\n'\n"
      "DEBUG    aioimaplib.aioimaplib:aioimaplib.py:623 tagged status b'ABC1 OK done'\n";
  for (auto const& log : {old, more}) {
    auto const s = said("offlineimap", log);
    EXPECT_TRUE(
        s.starts_with("S * PREAUTH stand-in: the log begins later\\r\\n\nC ABC1 NOOP\\r\\n\nS * 3 EXISTS\\r\\n"))
        << s;
    EXPECT_TRUE(s.ends_with("ABC1 OK done\\r\\n\n")) << s;
    EXPECT_EQ(recognised(log), "offlineimap");
  }
}

}  // namespace
}  // namespace mailrig::record::offlineimap_test
