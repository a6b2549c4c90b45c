// sasl_test: exchanges as servers lead them, right and wrong.
#include <gtest/gtest.h>

#include "check/tiny_history.hpp"

namespace mailrig::check::sasl_test {
namespace {

/// In base64.
std::string coded(std::string_view octets) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < octets.size(); at += 3) {
    auto const part = octets.substr(at, 3);
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < part.size() ? (unsigned char)part[k] : 0);
    for (std::size_t k = 0; k < 4; ++k) out += k <= part.size() ? digits[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

constexpr std::string_view server_first = "r=abcdef,s=QSXCR+Q6sek8bf92,i=4096",
                           server_final = "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=";

/// An exchange of SCRAM with these challenges and that end, in IMAP by session 1, or in POP3 by session 5.
std::string scram(std::string_view first, std::string_view final, std::string_view end,
                  std::string_view mechanism = "SCRAM-SHA-1", std::string_view tag = "a") {
  auto out = std::string("1> ") + std::string(tag) + " AUTHENTICATE " + std::string(mechanism) +
             "\n1< + \n1> X\n1< + " + coded(first) + "\n1> X\n";
  if (!final.empty()) out += "1< + " + coded(final) + "\n1> \n";
  return out + "1< " + std::string(tag) + " " + std::string(end) + "\n";
}
std::string pop3_scram(std::string_view first, std::string_view final, std::string_view end) {
  return std::string("5< +OK hi\n5> AUTH SCRAM-SHA-1\n5< + \n5> X\n5< + ") + coded(first) + "\n5> X\n5< + " +
         coded(final) + "\n5> \n5< " + std::string(end) + "\n";
}
std::string const hi = "1< * OK hi\n";
std::string asked(std::string_view mechanism, std::string_view challenge, std::string_view tag = "a") {
  return "1> " + std::string(tag) + " AUTHENTICATE " + std::string(mechanism) + "\n1< + " + coded(challenge) +
         "\n1> X\n1< " + std::string(tag) + " NO x\n";
}
std::string bearer(std::string_view error, std::string_view end) {
  return hi + "1> a AUTHENTICATE OAUTHBEARER\n1< + \n1> X\n1< + " + coded(error) + "\n1> X\n1< a " + std::string(end) +
         "\n";
}

breach_table const table{
    {"sasl.first", hi + asked("PLAIN", "who?")},
    {"sasl.scram-first", hi + scram("r=abcdef,s=QSXCR+Q6sek8bf92", "", "NO x")},
    {"sasl.scram-few", hi + scram("r=abcdef,s=QSXCR+Q6sek8bf92,i=4095", server_final, "OK x")},
    {"sasl.scram-many", hi + scram("r=abcdef,s=QSXCR+Q6sek8bf92,i=500000000", server_final, "OK x")},
    {"sasl.scram-nonce", hi + scram(server_first, "", "NO x") + scram(server_first, "", "NO x", "SCRAM-SHA-1", "b")},
    {"sasl.scram-final", hi + scram(server_first, "v=QSXC", "OK x")},
    {"sasl.scram-unproven", hi + scram(server_first, "", "OK x")},
    {"sasl.scram-verified", hi + scram(server_first, server_final, "NO [AUTHENTICATIONFAILED] x")},
    {"sasl.error", hi + scram(server_first, "e=invalid-proof", "OK x")},
    {"sasl.error", bearer(R"({"status":"invalid_token"})", "OK x")},
    {"sasl.cram-form", hi + asked("CRAM-MD5", "1896.697170952")},
    {"sasl.cram-again", hi + asked("CRAM-MD5", "<1@h>") + asked("cram-md5", "<1@h>", "b")},
    {"sasl.bearer-error", bearer("invalid_token", "NO x")},
};

TEST(sasl, exchanges_that_are_right_are_let_pass) {
  std::set<std::string> const nothing;
  EXPECT_EQ(found(hi + scram(server_first, server_final, "OK x")), nothing);
  EXPECT_EQ(found(hi + scram(server_first, "e=invalid-proof", "NO x")), nothing);
  EXPECT_EQ(found(hi + scram(server_first, "", "NO x")), nothing);
  EXPECT_EQ(found(hi + scram("e=extensions-not-supported", "", "NO x")), nothing);
  // Known, and not to be let in for another reason.
  EXPECT_EQ(found(hi + scram(server_first, server_final, "NO [AUTHORIZATIONFAILED] x")), nothing);
  EXPECT_EQ(found(pop3_scram(server_first, server_final, "+OK in")), nothing);
  EXPECT_EQ(found(pop3_scram(server_first, server_final, "-ERR [IN-USE] x")), nothing);
  EXPECT_EQ(found(hi + asked("CRAM-MD5", "<1@h>") + asked("CRAM-MD5", "<2@h>", "b")), nothing);
  EXPECT_EQ(found(bearer(R"({ "status" : "401", "scope": "mail", "more": [1] })", "NO x")), nothing);
  EXPECT_EQ(found(bearer("", "NO x")), (std::set<std::string>{"sasl.bearer-error"}));
}

TEST(sasl, pop3_is_judged_alike) {
  EXPECT_TRUE(found(pop3_scram(server_first, server_final, "-ERR [AUTH] x")).contains("sasl.scram-verified"));
  EXPECT_TRUE(found(pop3_scram(server_first, "e=other-error", "+OK x")).contains("sasl.error"));
}

TEST(sasl, a_trace_has_no_signature) {
  EXPECT_EQ(found(hi + "1> a AUTHENTICATE SCRAM-SHA-1\n1< + \n1> X\n1< + " + coded(server_first) +
                  "\n1> X\n1< + HIDDENSECRET\n1> \n1< a OK x\n"),
            std::set<std::string>());
}

TEST(sasl, what_the_client_gave_up_is_not_held_against_the_server) {
  EXPECT_EQ(
      found(hi + "1> a AUTHENTICATE SCRAM-SHA-1\n1< + \n1> X\n1< + " + coded(server_first) + "\n1> *\n1< a BAD x\n"),
      std::set<std::string>());
}

}  // namespace
}  // namespace mailrig::check::sasl_test
