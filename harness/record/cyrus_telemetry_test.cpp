// What Cyrus' telemetry comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::cyrus_telemetry_test {
namespace {

TEST(cyrus_telemetry, marks_stand_before_octets) {
  std::string const log =
      "---------- joe Sun Nov 29 02:31:57 2026\n"
      "\n<1795919517<2 SELECT INBOX\r\n"
      ">1795919517>* 0 EXISTS\r\n2 OK done\r\n"
      "<1795919519<3 APPEND INBOX {4}\r\n"
      ">1795919519>+ go ahead\r\n"
      "<1795919520<ab\r\n\r\n"
      ">1795919520>3 OK\r\n";
  auto const s = sessions_of("cyrus-telemetry", {{"log/joe/123", log}});
  EXPECT_EQ(said(s),
            "S * PREAUTH stand-in\\r\\n\n"
            "C 2 SELECT INBOX\\r\\n\n"
            "S * 0 EXISTS\\r\\n2 OK done\\r\\n\n"
            "C 3 APPEND INBOX {4}\\r\\n\n"
            "S + go ahead\\r\\n\n"
            "C ab\\r\\n\\r\\n\n"
            "S 3 OK\\r\\n\n");
  EXPECT_EQ(lacking(s), "greeting");
  ASSERT_EQ(s.size(), 1u);
  EXPECT_EQ(s[0].events.back().at - s[0].events.front().at, std::chrono::seconds(3));
  EXPECT_EQ(recognised(log), "cyrus-telemetry");
}

TEST(cyrus_telemetry, the_cr_that_an_editor_took_is_put_back) {
  EXPECT_EQ(said("cyrus-telemetry", "<1795919517<2 NOOP\n>1795919517>2 OK\n"),
            "S * PREAUTH stand-in\\r\\n\nC 2 NOOP\\r\\n\nS 2 OK\\r\\n\n");
}

TEST(cyrus_telemetry, suns_has_the_time_since_the_last) {
  std::string const log =
      "LOGIN joe 2003/11/26 13:03:21\n>0.017>1 OK in\n<0.047<2 SELECT \"INBOX\"\n>0.236>* 3 EXISTS\n2 OK done\n";
  auto const s = sessions_of("cyrus-telemetry", {{"imap/joe/1", log}});
  EXPECT_EQ(said(s),
            "S * OK stand-in\\r\\n\nC 1 LOGIN * *\\r\\n\nS 1 OK in\\r\\n\nC 2 SELECT \"INBOX\"\\r\\n\n"
            "S * 3 EXISTS\\r\\n2 OK done\\r\\n\n");
  ASSERT_EQ(s.size(), 1u);
  EXPECT_EQ(s[0].events.back().at - s[0].events.front().at, std::chrono::milliseconds(283));
  EXPECT_EQ(recognised(log), "cyrus-telemetry");
}

}  // namespace
}  // namespace mailrig::record::cyrus_telemetry_test
