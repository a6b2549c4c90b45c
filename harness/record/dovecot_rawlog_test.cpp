// What Dovecot's rawlogs come to.
#include "record/importer_case.hpp"

namespace mailrig::record::dovecot_rawlog_test {
namespace {

constexpr char const* in_timed =
    "1795919517.100000 a2 SELECT INBOX\r\n"
    "1795919517.300000 a3 APPEND INBOX {4}\r\n"
    "1795919517.500000 ab\r\n"
    "1795919517.500000 \r\n";
constexpr char const* out_timed =
    "1795919517.050000 * CAPABILITY IMAP4rev1\r\n"
    "1795919517.050000 a1 OK Logged in\r\n"
    "1795919517.200000 * 0 EXISTS\r\n"
    "1795919517.200000 a2 OK\r\n"
    "1795919517.400000 + go ahead\r\n"
    "1795919517.600000 a3 OK\r\n";
constexpr char const* expected =
    "S * OK stand-in\\r\\n\n"
    "C a1 LOGIN * *\\r\\n\n"
    "S * CAPABILITY IMAP4rev1\\r\\n\n"
    "S a1 OK Logged in\\r\\n\n"
    "C a2 SELECT INBOX\\r\\n\n"
    "S * 0 EXISTS\\r\\n\n"
    "S a2 OK\\r\\n\n"
    "C a3 APPEND INBOX {4}\\r\\n\n"
    "S + go ahead\\r\\n\n"
    "C ab\\r\\n\n"
    "C \\r\\n\n"
    "S a3 OK\\r\\n\n";

std::string without_stamps(std::string_view text) {
  std::string out;
  for (auto const line : base::split(text, '\n'))
    out += std::string(line.substr(std::min<std::size_t>(18, line.size()))) + "\n";
  out.pop_back();
  return out;
}

TEST(dovecot_rawlog, both_files_by_their_times) {
  auto const s = sessions_of("dovecot-rawlog", {{"1.in", in_timed}, {"1.out", out_timed}});
  EXPECT_EQ(said(s), expected);
  EXPECT_EQ(lacking(s), "greeting");
  EXPECT_EQ(recognised(in_timed, "1.in"), "dovecot-rawlog");
  EXPECT_EQ(recognised(out_timed, "1.out"), "dovecot-rawlog");
}

TEST(dovecot_rawlog, without_times_commands_stand_before_their_answers) {
  auto const s =
      sessions_of("dovecot-rawlog", {{"1.in", without_stamps(in_timed)}, {"1.out", without_stamps(out_timed)}});
  EXPECT_EQ(said(s),
            "S * OK stand-in\\r\\n\n"
            "C a1 LOGIN * *\\r\\n\n"
            "S * CAPABILITY IMAP4rev1\\r\\n\n"
            "S a1 OK Logged in\\r\\n\n"
            "C a2 SELECT INBOX\\r\\n\n"
            "S * 0 EXISTS\\r\\n\n"
            "S a2 OK\\r\\n\n"
            "C a3 APPEND INBOX {4}\\r\\nab\\r\\n\\r\\n\n"
            "S + go ahead\\r\\n\n"
            "S a3 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "order greeting");
}

TEST(dovecot_rawlog, one_side_alone) {
  EXPECT_EQ(lacking(sessions_of("dovecot-rawlog", {{"1.in", in_timed}})), "responses greeting");
  EXPECT_EQ(lacking(sessions_of("dovecot-rawlog", {{"1.out", out_timed}})), "commands greeting");
}

TEST(dovecot_rawlog, both_sides_in_one_file) {
  std::string const log =
      "1795919517.100000 O: * OK ready\r\n"
      "1795919517.200000 I: a1 NO\n"
      "1795919517.300000 I: OP\r\n"
      "1795919517.400000 O: a1 OK\r\n";
  auto const text = "1795919517.200000 I> a1 NO\n";
  auto cut = log;
  cut.replace(cut.find("1795919517.200000"), std::string("1795919517.200000 I: a1 NO\n").size(), text);
  auto const s = sessions_of("dovecot-rawlog", {{"1.log", cut}});
  EXPECT_EQ(said(s), "S * OK ready\\r\\n\nC a1 NO\nC OP\\r\\n\nS a1 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "");
  EXPECT_EQ(recognised(cut), "dovecot-rawlog");
}

TEST(dovecot_rawlog, pop3_begins_with_the_answer_to_its_password) {
  auto const s =
      sessions_of("dovecot-rawlog", {{"1.in", "1795919517.100000 STAT\r\n"},
                                     {"1.out", "1795919517.050000 +OK Logged in.\r\n1795919517.200000 +OK 0 0\r\n"}});
  EXPECT_EQ(said(s),
            "S +OK stand-in\\r\\n\nC USER *\\r\\n\nS +OK stand-in\\r\\n\nC PASS *\\r\\n\nS +OK Logged in.\\r\\n\n"
            "C STAT\\r\\n\nS +OK 0 0\\r\\n\n");
}

TEST(dovecot_rawlog, of_dovecot_1_with_boundaries_and_times_between) {
  auto const s =
      sessions_of("dovecot-rawlog", {{"1.in", "<<<2 SELECT INBOX\r\n>>>\n<<<3 NO>>>\n<<<OP\r\n>>>\n"},
                                     {"1.out",
                                      "<<<* 0 EXISTS\r\n2 OK\r\n>>>\n* OK [RAWLOG TIMESTAMP] 2010-01-02 03:04:05\n"
                                      "<<<3 OK\r\n>>>\n"}});
  auto const text = said(s);
  EXPECT_NE(text.find("C 2 SELECT INBOX\\r\\n\n"), std::string::npos) << text;
  EXPECT_NE(text.find("C 3 NOOP\\r\\n\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("RAWLOG"), std::string::npos) << text;
  EXPECT_EQ(text.find(">>>"), std::string::npos) << text;
}

}  // namespace
}  // namespace mailrig::record::dovecot_rawlog_test
