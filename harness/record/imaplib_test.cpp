// What Python's imaplib prints comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::imaplib_test {
namespace {

constexpr char const* log_text =
    "  29:17.74 > b'LFAD1 LOGIN joe \"very-secret\"'\n"
    "  29:18.12 < b'LFAD1 OK Logged in'\n"
    "  29:18.16 > b'LFAD2 FETCH 1 (RFC822)'\n"
    "  29:18.22 < b'* 1 FETCH (FLAGS (\\\\Seen) RFC822 {12}'\n"
    "  29:18.22 \tmatched b'.*{(?P<size>\\\\d+)}$' => (b'12',)\n"
    "  29:18.22 read literal size 12\n";
constexpr char const* kept =
    "  29:18.22 untagged_responses[FETCH] 0 += [\"(b'1 (FLAGS (\\\\\\\\Seen) RFC822 {12}', b'A: "
    "b\\\\r\\\\n\\\\r\\\\nx\\\\r\\\\n.')\"]\n";
constexpr char const* rest =
    "  29:18.22 < b')'\n"
    "  29:18.22 < b'LFAD2 OK'\n";

TEST(imaplib, a_literal_that_is_not_kept_is_filled) {
  auto const s = sessions_of("imaplib", {{"a.log", std::string(log_text) + rest}});
  EXPECT_EQ(said(s),
            "S * OK stand-in: the log begins after the greeting\\r\\n\n"
            "C LFAD1 LOGIN joe \"very-secret\"\\r\\n\n"
            "S LFAD1 OK Logged in\\r\\n\n"
            "C LFAD2 FETCH 1 (RFC822)\\r\\n\n"
            "S * 1 FETCH (FLAGS (\\Seen) RFC822 {12}\\r\\nxxxxxxxxxx\\r\\n)\\r\\n\n"
            "S LFAD2 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "greeting content");
  EXPECT_EQ(recognised(log_text), "imaplib");
}

TEST(imaplib, a_literal_is_taken_from_where_it_is_kept) {
  auto const s = sessions_of("imaplib", {{"a.log", std::string(log_text) + kept + rest}});
  EXPECT_NE(said(s).find("{12}\\r\\nA: b\\r\\n\\r\\nx\\r\\n.)\\r\\n"), std::string::npos) << said(s);
  EXPECT_EQ(lacking(s), "greeting");
}

TEST(imaplib, behind_a_loggers_words) {
  std::string const log =
      "2026-02-06 23:14:30,080:DEBUG:wire.imaplib:> b'ABCD1 EXAMINE \"INBOX\"'\n"
      "2026-02-06 23:14:30,085:DEBUG:wire.imaplib:< b'* 242 EXISTS'\n"
      "2026-02-06 23:14:30,085:DEBUG:wire.imaplib:\tmatched b'EXISTS'\n"
      "2026-02-06 23:14:30,090:DEBUG:wire.imaplib:< b'ABCD1 OK [READ-ONLY] done'\n";
  EXPECT_EQ(said("imaplib", log),
            "S * PREAUTH stand-in: the log begins later\\r\\n\nC ABCD1 EXAMINE \"INBOX\"\\r\\n\nS * 242 EXISTS\\r\\n\n"
            "S ABCD1 OK [READ-ONLY] done\\r\\n\n");
  EXPECT_EQ(recognised(log), "imaplib");
}

TEST(imaplib, as_python_2_has_it) {
  std::string const log =
      "  05:51.26 > OKBC1 AUTHENTICATE XOAUTH2\n  05:51.32 < +\n  05:51.33 write literal size 272\n"
      "  05:55.17 < OKBC1 OK in\n  05:55.17 > OKBC2 SELECT INBOX\n  05:55.59 < * 2 EXISTS\n"
      "  05:55.59 < OKBC2 OK [READ-WRITE] done\n";
  EXPECT_EQ(recognised(log), "imaplib");
  EXPECT_EQ(said("imaplib", log),
            "S * OK stand-in: the log begins after the greeting\\r\\n\nC OKBC1 AUTHENTICATE XOAUTH2\\r\\n\nS + \\r\\n\n"
            "C c3RhbmQtaW4=\\r\\n\nS OKBC1 OK in\\r\\n\nC OKBC2 SELECT INBOX\\r\\n\nS * 2 EXISTS\\r\\n\n"
            "S OKBC2 OK [READ-WRITE] done\\r\\n\n");
}

}  // namespace
}  // namespace mailrig::record::imaplib_test
