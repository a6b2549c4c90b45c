// What imapfilter -d comes to.
#include "record/importer_case.hpp"

namespace mailrig::record::imapfilter_test {
namespace {

TEST(imapfilter, headers_tell_who_speaks_on_which_connection) {
  std::string const log =
      "getting response (4):\n\n* OK ready\n\nsending command (4):\n\n1000 LOGIN \"joe\" *\n\n"
      "getting response (5):\n\n* PREAUTH other\n\nsending command (5):\n\n1001 NOOP\n\n"
      "getting response (4):\n\n1000 OK in\n\nnamespace (4): '' '/'\nsending command (4):\n\n"
      "1002 FETCH 1 BODY[]\n\ngetting response (4):\n\n* 1 FETCH (BODY[] {11}\nA: b\n\nc\n)\n1002 OK\n\n"
      "getting response (5):\n\n1001 OK\n\n";
  auto const s = sessions_of("imapfilter", {{"a.log", log}});
  EXPECT_EQ(said(s),
            "S * OK ready\\r\\n\nC 1000 LOGIN \"joe\" *\\r\\n\nS 1000 OK in\\r\\n\nC 1002 FETCH 1 BODY[]\\r\\n\n"
            "S * 1 FETCH (BODY[] {11}\\r\\nA: b\\r\\n\\r\\nc\\r\\n)\\r\\n\nS 1002 OK\\r\\n\n"
            "1 S * PREAUTH other\\r\\n\n1 C 1001 NOOP\\r\\n\n1 S 1001 OK\\r\\n\n");
  EXPECT_EQ(recognised(log), "imapfilter");
}

}  // namespace
}  // namespace mailrig::record::imapfilter_test
