// Exchanges with the figures that the RFCs print.
#include "session/sasl/mechanism.hpp"

#include <gtest/gtest.h>

#include "net/digest.hpp"

namespace mailrig::session::mechanism_test {

namespace {

std::unique_ptr<sasl_exchange> begin(std::string_view name, sasl_start const& s) {
  return find_mechanism(name)->begin(s);
}

}  // namespace

TEST(Mechanism, ScramSha1OfRfc5802Section5) {
  credentials const who{"user", "pencil", {}};
  auto const e = begin("SCRAM-SHA-1", {.who = who, .nonce = "fyko+d2lbbFgONRv9qkxdawL"});
  EXPECT_EQ(e->respond(""), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
  EXPECT_EQ(e->respond("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"),
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
  EXPECT_EQ(e->respond("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), "");
  EXPECT_TRUE(e->proven());
}

TEST(Mechanism, ScramSha256OfRfc7677Section3) {
  credentials const who{"user", "pencil", {}};
  auto const e = begin("scram-sha-256", {.who = who, .nonce = "rOprNGfwEbeRWgbNEkqO"});
  EXPECT_EQ(e->respond(""), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(
      e->respond("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_EQ(e->respond("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), "");
  EXPECT_TRUE(e->proven());
}

TEST(Mechanism, ScramTellsAServerThatProvesNothing) {
  credentials const who{"user", "pencil", {}};
  auto const e = begin("SCRAM-SHA-256", {.who = who, .nonce = "abc"});
  (void)e->respond("");
  ASSERT_TRUE(e->respond("r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
  EXPECT_EQ(e->respond("v=wrong"), std::nullopt);
  EXPECT_FALSE(e->proven());
  auto const d = begin("SCRAM-SHA-256", {.who = who, .nonce = "abc"});
  (void)d->respond("");
  EXPECT_FALSE(d->respond("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
}

TEST(Mechanism, PlusCarriesTheBindingAndTellsADowngrade) {
  credentials const who{"user", "pencil", {}};
  auto const tls = [](std::string_view type) { return type == "tls-exporter" ? std::string(32, 'x') : std::string(); };
  EXPECT_EQ(begin("SCRAM-SHA-256-PLUS", {.who = who, .binding = tls, .nonce = "a"})->respond(""),
            "p=tls-exporter,,n=user,r=a");
  EXPECT_EQ(begin("SCRAM-SHA-256", {.who = who, .binding = tls, .nonce = "a"})->respond(""), "y,,n=user,r=a");
  EXPECT_EQ(begin("SCRAM-SHA-256", {.who = who, .binding = tls, .plus_offered = true, .nonce = "a"})->respond(""),
            "n,,n=user,r=a");
  auto const e = begin("SCRAM-SHA-256-PLUS", {.who = who, .binding = tls, .nonce = "a"});
  (void)e->respond("");
  EXPECT_TRUE(e->respond("r=ab,s=QSXCR+Q6sek8bf92,i=4096")
                  ->starts_with("c=" + net::base64("p=tls-exporter,," + std::string(32, 'x')) + ",r=ab,p="));
}

TEST(Mechanism, ScramRefusesWhatAServerMustNotSay) {
  credentials const who{"user", "pencil", {}};
  for (auto const* first : {"r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "m=x,r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                            "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1", "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000",
                            "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0", "r=abcd,s=W22,i=4096", "r=abcd,i=4096", ""}) {
    auto const e = begin("SCRAM-SHA-256", {.who = who, .nonce = "abc"});
    (void)e->respond("");
    EXPECT_EQ(e->respond(first), std::nullopt) << first;
    EXPECT_NE(e->why(), "the exchange was over") << first;
  }
  auto const e = begin("SCRAM-SHA-256", {.who = who, .nonce = "abc"});
  (void)e->respond("");
  EXPECT_TRUE(e->respond("r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,x=more"));
}

TEST(Mechanism, AScriptHasItSayOneThingOtherwise) {
  credentials const who{"user", "pencil", {}};
  constexpr std::string_view server_first = "r=abcd,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
  auto const said = [&](sasl_oddities odd) {
    auto const e = begin("SCRAM-SHA-256", {.who = who, .nonce = "abc", .odd = std::move(odd)});
    auto const first = *e->respond("");
    return std::pair(first, *e->respond(server_first));
  };
  auto const usual = said({});
  EXPECT_EQ(said({{"authzid", "o,d"}}).first, "n,a=o=2Cd,n=user,r=abc");
  EXPECT_EQ(said({{"flag", "y"}}).first, "y,,n=user,r=abc");
  EXPECT_EQ(said({{"extension", "m=x"}}).first, "n,,m=x,n=user,r=abc");
  EXPECT_TRUE(said({{"final-nonce", "abcx"}}).second.starts_with("c=biws,r=abcx,p="));
  EXPECT_TRUE(said({{"channel", "x"}}).second.starts_with("c=" + net::base64("n,,x")));
  auto const altered = said({{"proof", "altered"}});
  EXPECT_EQ(altered.first, usual.first);
  EXPECT_NE(altered.second, usual.second);
  EXPECT_EQ(altered.second.substr(0, altered.second.find("p=")), usual.second.substr(0, usual.second.find("p=")));
  EXPECT_EQ(begin("PLAIN", {.who = who, .odd = {{"authzid", "boss"}}})->respond(""),
            std::string("boss\0user\0pencil", 16));
  EXPECT_EQ(begin("EXTERNAL", {.who = who, .odd = {{"authzid", ""}}})->respond(""), "");
  EXPECT_EQ(begin("ANONYMOUS", {.who = who})->respond(""), "mailrig");
  EXPECT_NE(begin("CRAM-MD5", {.who = who, .odd = {{"digest", "altered"}}})->respond("<1@h>"),
            begin("CRAM-MD5", {.who = who})->respond("<1@h>"));
}

TEST(Mechanism, CramMd5OfRfc2195Section2) {
  credentials const who{"tim", "tanstaaftanstaaf", {}};
  EXPECT_EQ(begin("CRAM-MD5", {.who = who})->respond("<1896.697170952@postoffice.reston.mci.net>"),
            "tim b913a602c7eda7a495b4e6e7334d3890");
}

TEST(Mechanism, BearersSendTheTokenAndAnswerAnError) {
  credentials const who{"user@example.com", "pw", {}, "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="};
  auto const o = begin("OAUTHBEARER", {.who = who});
  EXPECT_EQ(o->respond(""),
            "n,a=user@example.com,\x01"
            "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01");
  EXPECT_EQ(o->respond(R"({"status":"invalid_token"})"), "\x01");
  auto const x = begin("XOAUTH2", {.who = who});
  EXPECT_TRUE(x->respond("")->starts_with("user=user@example.com\x01"));
  EXPECT_EQ(x->respond(R"({"status":"401"})"), "");
}

TEST(Mechanism, TheStrongestThatIsOfferedIsTried) {
  auto offers = [](std::string_view all) {
    return [all](std::string_view name) {
      return (" " + std::string(all) + " ").find(" " + std::string(name) + " ") != std::string::npos;
    };
  };
  EXPECT_EQ(strongest(offers("PLAIN LOGIN EXTERNAL XOAUTH2"), false)->name, "PLAIN");
  EXPECT_EQ(strongest(offers("PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS"), false)->name, "SCRAM-SHA-256");
  EXPECT_EQ(strongest(offers("PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS"), true)->name, "SCRAM-SHA-256-PLUS");
  EXPECT_EQ(strongest(offers("EXTERNAL"), true), nullptr);
}

}  // namespace mailrig::session::mechanism_test
