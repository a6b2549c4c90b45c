// Who logs in, by each way there is, and only once the server has agreed.
#include "record/login_name.hpp"

#include <gtest/gtest.h>

#include "base/secrets.hpp"
#include "net/digest.hpp"

namespace mailrig::record::login_name_test {

using history::event_kind;
using history::protocol;
using record::sasl_user;

namespace {

/// Lines of a conversation, "C: ..." and "S: ...".
std::string who(protocol proto, std::vector<std::string> const& lines) {
  model::conversation c(0, proto, {});
  record::login_name name;
  c.take({{}, 0, event_kind::opened, proto, "? host:1"}, name);
  for (auto const& line : lines) {
    auto const octets = line.substr(3) + "\r\n";
    if (line[0] == 'C') name.sent(octets, c);
    c.take({{}, 0, line[0] == 'C' ? event_kind::sent : event_kind::received, proto, octets}, name);
  }
  return name.name();
}

std::string const plain = net::base64(std::string("\0bob\0pw", 7));

}  // namespace

TEST(LoginName, ByEachCommandOfImap) {
  EXPECT_EQ(who(protocol::imap, {"S: * OK hi", "C: a LOGIN bob pw", "S: a OK in"}), "bob");
  EXPECT_EQ(who(protocol::imap, {"S: * OK hi", "C: a LOGIN \"b o\" pw", "S: a OK in"}), "b o");
  EXPECT_EQ(who(protocol::imap, {"S: * OK hi", "C: a AUTHENTICATE PLAIN " + plain, "S: a OK in"}), "bob");
  EXPECT_EQ(who(protocol::imap, {"S: * OK hi", "C: a AUTHENTICATE PLAIN", "S: + ", "C: " + plain, "S: a OK in"}),
            "bob");
  EXPECT_EQ(who(protocol::imap, {"S: * OK hi", "C: a AUTHENTICATE LOGIN", "S: + VXNlcg==", "C: " + net::base64("bob"),
                                 "S: + UGFzcw==", "C: " + net::base64("pw"), "S: a OK in"}),
            "bob");
}

TEST(LoginName, ByEachCommandOfPop3) {
  EXPECT_EQ(who(protocol::pop3, {"S: +OK hi", "C: USER bob", "S: +OK", "C: PASS pw", "S: +OK in"}), "bob");
  EXPECT_EQ(who(protocol::pop3, {"S: +OK <1@h>", "C: APOP bob 0123", "S: +OK in"}), "bob");
  EXPECT_EQ(who(protocol::pop3, {"S: +OK hi", "C: AUTH PLAIN", "S: + ", "C: " + plain, "S: +OK in"}), "bob");
}

TEST(LoginName, NobodyBeforeTheServerAgrees) {
  EXPECT_EQ(who(protocol::imap, {"S: * OK hi", "C: a LOGIN bob pw"}), "");
  EXPECT_EQ(who(protocol::imap, {"S: * OK hi", "C: a LOGIN bob pw", "S: a NO no"}), "");
  EXPECT_EQ(who(protocol::imap, {"S: * OK hi", "C: a LOGIN bob pw", "S: a NO no", "C: b LOGIN eve pw", "S: b OK in"}),
            "eve");
  EXPECT_EQ(who(protocol::pop3, {"S: +OK hi", "C: USER bob", "S: +OK", "C: PASS pw", "S: -ERR no"}), "");
}

TEST(LoginName, WhatProvesItIsToldToNobody) {
  auto const hidden = [](std::string const& word) {
    return base::known_secrets().hide("NO " + word + "!", base::reading::wire) == "NO HIDDENSECRET!";
  };
  std::string const token = "user=bob\1auth=Bearer bobs-3rd-pw\1\1";
  who(protocol::imap, {"S: * OK hi", "C: a LOGIN bob bobs-1st-pw"});
  who(protocol::imap,
      {"S: * OK hi", "C: a AUTHENTICATE PLAIN", "S: + ", "C: " + net::base64(std::string("\0bob\0bobs-2nd-pw", 16))});
  who(protocol::imap, {"S: * OK hi", "C: a AUTHENTICATE XOAUTH2 " + net::base64(token)});
  who(protocol::imap, {"S: * OK hi", "C: a AUTHENTICATE LOGIN", "S: + VXNlcg==", "C: " + net::base64("bobs-name"),
                       "S: + UGFzcw==", "C: " + net::base64("bobs-4th-pw"), "S: a OK in"});
  who(protocol::pop3, {"S: +OK hi", "C: USER bob", "S: +OK", "C: PASS bobs  5th pw", "S: -ERR no"});
  for (auto const* word : {"bobs-1st-pw", "bobs-2nd-pw", "bobs-3rd-pw", "bobs-4th-pw", "bobs  5th pw"})
    EXPECT_TRUE(hidden(word)) << word;
  EXPECT_FALSE(hidden("bobs-name"));
  std::string const md5 = "b913a602c7eda7a495b4e6e7334d3890", apop = "c4c9334bac560ecc979e58001b3e22fb";
  std::string const scram = "v0X8v3Bz2T0CJGbJQyF0XHI4TsI";
  who(protocol::imap, {"S: * OK hi", "C: a AUTHENTICATE CRAM-MD5", "S: + PDFAeD4=", "C: " + net::base64("bob " + md5)});
  who(protocol::imap, {"S: * OK hi", "C: a AUTHENTICATE SCRAM-SHA-1", "S: + ", "C: " + net::base64("n,,n=bob,r=abc"),
                       "S: + " + net::base64("r=abcd,s=c2FsdA==,i=4096"),
                       "C: " + net::base64("c=biws,r=abcd,p=" + scram + "="), "S: a OK in"});
  who(protocol::pop3, {"S: +OK hi <1@x>", "C: APOP bob " + apop, "S: -ERR no"});
  for (auto const& proof : {md5, apop, scram}) EXPECT_TRUE(hidden(proof)) << proof;
}

TEST(LoginName, OfAMechanismsFirstMessage) {
  EXPECT_EQ(sasl_user("plain", std::string("boss\0bob\0pw", 11)), "boss");
  EXPECT_EQ(sasl_user("CRAM-MD5", "b o 0123abc"), "b o");
  EXPECT_EQ(sasl_user("SCRAM-SHA-256", "n,,n=bob=2Cby,r=abc"), "bob,by");
  EXPECT_EQ(sasl_user("SCRAM-SHA-1", "n,a=boss,n=bob,r=abc"), "boss");
  EXPECT_EQ(sasl_user("XOAUTH2",
                      "user=bob@x\x01"
                      "auth=Bearer t\x01\x01"),
            "bob@x");
  EXPECT_EQ(sasl_user("OAUTHBEARER",
                      "n,a=bob@x,\x01"
                      "auth=Bearer t\x01\x01"),
            "bob@x");
  EXPECT_EQ(sasl_user("GSSAPI", "\x60\x82"), "");
}

}  // namespace mailrig::record::login_name_test
