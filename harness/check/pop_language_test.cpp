// pop_language_test: languages, modes and delays of POP3 (RFC 6856; RFC 2449 §6.5, §6.7).
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::pop_language_test {
namespace {

std::string const hi = "5< +OK hi\n";
std::string capa(std::string const& lines) { return "5> CAPA\n5< +OK\\n" + lines + ".\n"; }
std::string const in = "5> USER u\n5< +OK\n5> PASS p\n5< +OK\n";
std::string const in6 = "6< +OK hi\n6> USER u\n6< +OK\n6> PASS p\n6< +OK\n";

breach_table const table{
    {"pop_language.form", hi + "5> LANG de\n5< +OK de\n"},
    {"pop_language.form", hi + "5> LANG *\n5< +OK en_GB it is\n"},
    {"pop_language.other", hi + "5> LANG de\n5< +OK en as ever\n"},
    {"pop_language.utf8", hi + "5> LANG de\n5< +OK de gut\n5> NOOP\n5< -ERR \xFC\n"},
    {"pop_language.listing", hi + "5> LANG\n5< +OK\\nen English\\nde  Deutsch\\n.\n"},
    {"pop_language.listing", hi + "5> LANG\n5< +OK\\nen_GB English\\n.\n"},
    {"pop_language.unlisted", hi + "5> LANG\n5< +OK\\nen English\\n.\n5> LANG de\n5< +OK de gut\n"},
    {"pop_utf8.code", drop + "5> RETR 1\n5< +OK [UTF8] x\\nx\\n.\n"},
    {"pop_utf8.code", hi + "5> UTF8\n5< +OK\n" + in + "5> RETR 1\n5< -ERR [UTF8] x\n"},
    {"pop_status.syntax", hi + "5> UTF8 on\n5< +OK\n"},
    {"pop_status.state", drop + "5> UTF8\n5< +OK\n"},
    {"pop3_codes.auth-unannounced", hi + capa("RESP-CODES\\n") + "5> USER u\n5< +OK\n5> PASS p\n5< -ERR [AUTH] no\n"},
    {"pop_promises.delay-user", hi + capa("LOGIN-DELAY 9\\n") + in + capa("LOGIN-DELAY 5\\n")},
    {"pop_promises.expire-user", hi + capa("EXPIRE 9\\n") + in + capa("EXPIRE 60\\n")},
    {"pop_promises.early", hi + in + capa("LOGIN-DELAY 60\\n") + "5> QUIT\n5< +OK\n~5000\n" + in6},
};

TEST(pop_language, what_is_right_is_clean) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(hi + "5> LANG\n5< +OK\\nen\\nde-AT \xC3\x96sterreich\\n.\n5> LANG de\n5< +OK de-AT gut\n5> LANG "
                       "xx-none\n5< -ERR \xC3\xB6\n5> LANG *\n5< +OK en fine\n"),
            nothing);
  EXPECT_EQ(found(hi + "5> LANG\n5< -ERR no list\n5> UTF8\n5< -ERR no\n"), nothing);
  EXPECT_EQ(found(drop + "5> RETR 1\n5< -ERR [UTF8] x\n"), nothing);
  EXPECT_EQ(found(hi + capa("LOGIN-DELAY 9 USER\\nEXPIRE 9 USER\\n") + in + capa("LOGIN-DELAY 5\\nEXPIRE 60\\n") +
                  "5> QUIT\n5< +OK\n~9000\n" + in6),
            nothing);
}

}  // namespace
}  // namespace mailrig::check::pop_language_test
