// embedded_sasl_test: the client's side and the embedded server's side of each SASL mechanism, which share no code,
// against each other: who knows the secret is let in, and nobody else.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "embedded/sasl/mechanism.hpp"
#include "session/sasl/mechanism.hpp"

namespace mailrig::embedded_sasl_test {
namespace {

using embedded::mechanism;
using step = embedded::sasl_exchange::step;

std::string tls(std::string_view type) { return "bound by " + std::string(type); }
std::string no_tls(std::string_view) { return {}; }

class EmbeddedSasl : public testing::Test {
 protected:
  embedded::store mail{"u%d", 1, 3, "secret", embedded::simulated_now};
  std::uint64_t drawn = 0;

  embedded::sasl_context context(std::string certificate = "u1", std::string (*binding)(std::string_view) = tls) {
    return {.mail = mail,
            .binding = binding,
            .certificate_name = std::move(certificate),
            .fresh = [this](std::size_t n) { return std::string(n, char('a' + drawn++ % 26)); },
            .anonymous = true};
  }

  /// Those by which somebody in particular logs in.
  std::vector<mechanism const*> with_names() {
    auto all = embedded::offered_mechanisms(context());
    std::erase_if(all, [](auto const* m) { return m->name == "ANONYMOUS"; });
    return all;
  }

  /// How an exchange ends: "accepted", "refused", "malformed", or as the client ends it: "cancelled", "not proven".
  static std::string outcome(std::string_view name, session::credentials const& who,
                             embedded::sasl_context const& server_side,
                             std::string (*client_binding)(std::string_view) = tls, bool plus_offered = true) {
    auto const server = embedded::find_mechanism(name, server_side)->begin(server_side);
    auto const client =
        session::find_mechanism(name)->begin({.who = who, .binding = client_binding, .plus_offered = plus_offered});
    auto challenge = server->begin();
    for (int turn = 0; turn < 10; ++turn) {
      auto const response = client->respond(challenge);
      if (!response) return "cancelled";
      auto next = server->respond(*response);
      if (next.kind == step::refused) return "refused";
      if (next.kind == step::malformed) return "malformed";
      if (next.kind == step::accepted) {
        EXPECT_EQ(next.who->name, who.user);
        return client->proven() ? "accepted" : "not proven";
      }
      challenge = std::move(next.text);
    }
    return "endless";
  }
};

TEST_F(EmbeddedSasl, EachMechanismOfTheServerIsOneThatTheClientSpeaks) {
  auto const all = embedded::offered_mechanisms(context());
  EXPECT_EQ(all.size(), base::registry<mechanism>::all().size());
  EXPECT_EQ(all.size(), 11u);
  for (auto const* m : all) {
    auto const* client = session::find_mechanism(m->name);
    ASSERT_TRUE(client) << m->name;
    EXPECT_EQ(client->client_first, m->client_first) << m->name;
  }
}

TEST_F(EmbeddedSasl, TheRightSecretIsAcceptedByEach) {
  for (auto const* m : with_names())
    EXPECT_EQ(outcome(m->name, {"u1", "secret", {}}, context()), "accepted") << m->name;
}

TEST_F(EmbeddedSasl, AnyOtherSecretIsRefusedByEach) {
  for (auto const* m : with_names()) {
    bool const by_certificate = m->name == "EXTERNAL";
    for (session::credentials const& who :
         {session::credentials{"u1", "secreT", {}}, {"u1", "", {}}, {"u9", "secret", {}}})
      EXPECT_EQ(outcome(m->name, who, context(by_certificate ? "u2" : "u1")), "refused") << m->name << " " << who.user;
  }
}

TEST_F(EmbeddedSasl, OddNamesAndPasswordsSurvive) {
  for (auto const* name : {"o,d=d", "j\xc3\xb6rg", "with blanks"}) {
    mail.add(name, "p,w=\"\xc3\xa4\"", embedded::simulated_now);
    for (auto const* m : with_names())
      EXPECT_EQ(outcome(m->name, {name, "p,w=\"\xc3\xa4\"", {}}, context(name)), "accepted") << m->name << " " << name;
  }
}

TEST_F(EmbeddedSasl, WhatNeedsTlsOrACertificateIsNotOfferedWithoutIt) {
  auto bare = context("", no_tls);
  bare.anonymous = false;
  for (auto const* name : {"ANONYMOUS", "EXTERNAL", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"})
    EXPECT_EQ(embedded::find_mechanism(name, bare), nullptr) << name;
  for (auto const* name : {"cram-md5", "Login", "OAUTHBEARER", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2"})
    EXPECT_NE(embedded::find_mechanism(name, bare), nullptr) << name;
  EXPECT_EQ(outcome("SCRAM-SHA-256", {"u1", "secret", {}}, bare, no_tls), "accepted");
}

TEST_F(EmbeddedSasl, AnExchangeThatWasBoundElsewhereIsRefused) {
  auto const elsewhere = [](std::string_view type) { return "another " + std::string(type); };
  EXPECT_EQ(outcome("SCRAM-SHA-256-PLUS", {"u1", "secret", {}}, context(), elsewhere), "refused");
  // A client that could bind and was told that nobody offers it (RFC 5802 §6).
  EXPECT_EQ(outcome("SCRAM-SHA-256", {"u1", "secret", {}}, context(), tls, false), "refused");
}

TEST_F(EmbeddedSasl, EachTypeOfBindingIsKnown) {
  for (auto const* type : {"tls-exporter", "tls-unique", "tls-server-end-point"}) {
    auto const c = context();
    auto const e = embedded::find_mechanism("SCRAM-SHA-256-PLUS", c)->begin(c);
    EXPECT_EQ(e->respond(fmt::format("p={},,n=u1,r=abc", type)).kind, step::challenge) << type;
  }
  auto const c = context();
  auto const begun = [&](std::string_view name, std::string_view message) {
    return embedded::find_mechanism(name, c)->begin(c)->respond(message).kind;
  };
  EXPECT_EQ(begun("SCRAM-SHA-256-PLUS", "p=tls-other,,n=u1,r=abc"), step::refused);
  EXPECT_EQ(begun("SCRAM-SHA-256-PLUS", "n,,n=u1,r=abc"), step::malformed);
  EXPECT_EQ(begun("SCRAM-SHA-256", "p=tls-exporter,,n=u1,r=abc"), step::malformed);
}

TEST_F(EmbeddedSasl, WhatIsNoResponseIsMalformed) {
  std::pair<char const*, std::string> const garbled[] = {
      {"PLAIN", "u1"},           {"PLAIN", {"\0\0secret", 8}},    {"CRAM-MD5", "u1"},
      {"CRAM-MD5", "u1 abc"},    {"XOAUTH2", "user=u1"},          {"SCRAM-SHA-1", "u1"},
      {"SCRAM-SHA-1", "n,,r=a"}, {"SCRAM-SHA-1", "n,,n=u=1,r=a"}, {"SCRAM-SHA-256", "n,u1,n=u1,r=a"},
      {"EXTERNAL", {"u1\0", 3}}};
  for (auto const& [name, response] : garbled) {
    auto const c = context();
    EXPECT_EQ(embedded::find_mechanism(name, c)->begin(c)->respond(response).kind, step::malformed)
        << name << " " << response;
  }
}

TEST_F(EmbeddedSasl, ScramTellsWhatIsWrong) {
  auto const c = context();
  auto const final_of = [&](std::string_view channel, std::string_view proof) {
    auto const e = embedded::find_mechanism("SCRAM-SHA-256", c)->begin(c);
    auto const first = e->respond("n,,n=u1,r=abc").text;
    auto const nonce = first.substr(0, first.find(','));
    auto const told = e->respond(fmt::format("c={},{},p={}", channel, nonce, proof));
    return std::pair(told.text, told.kind == step::challenge ? e->respond("").kind : told.kind);
  };
  EXPECT_EQ(final_of("biws", "AAAA"), std::pair(std::string("e=invalid-proof"), step::refused));
  EXPECT_EQ(final_of("eSws", "AAAA"), std::pair(std::string("e=channel-bindings-dont-match"), step::refused));
  EXPECT_EQ(final_of("biws", "!").second, step::malformed);
}

TEST_F(EmbeddedSasl, WhoIsKnownAndAsksToActAsAnotherIsForbidden) {
  auto const plain = [&](std::string const& response) {
    auto const c = context();
    return embedded::find_mechanism("PLAIN", c)->begin(c)->respond(response);
  };
  EXPECT_TRUE(plain({"u2\0u1\0secret", 12}).forbidden);
  EXPECT_FALSE(plain({"u2\0u1\0wrong!", 12}).forbidden);
  EXPECT_EQ(plain({"u1\0u1\0secret", 12}).kind, step::accepted);
  auto const c = context();
  session::credentials const who{"u1", "secret", {}};
  auto const server = embedded::find_mechanism("SCRAM-SHA-256", c)->begin(c);
  auto const client = session::find_mechanism("SCRAM-SHA-256")->begin({.who = who, .odd = {{"authzid", "u2"}}});
  auto told = server->respond(*client->respond(""));
  server->said(told.text);
  EXPECT_TRUE(server->respond(*client->respond(told.text)).forbidden);
}

TEST_F(EmbeddedSasl, AnonymousComesToNobodysMail) {
  auto const c = context();
  auto const in = embedded::find_mechanism("ANONYMOUS", c)->begin(c)->respond("u1");
  ASSERT_EQ(in.kind, step::accepted);
  EXPECT_EQ(in.who->name, "anonymous");
  EXPECT_EQ(embedded::find_mechanism("ANONYMOUS", c)->begin(c)->respond("a\nb").kind, step::malformed);
}

TEST_F(EmbeddedSasl, BearersTellAnErrorAndEndWhenItWasAnswered) {
  auto const c = context();
  for (auto const& [message, status] : {std::pair("n,a=u1,\x01"
                                                  "auth=Bearer stale\x01\x01",
                                                  "invalid_token"),
                                        std::pair("n,a=u1,\x01"
                                                  "auth=Basic x\x01\x01",
                                                  "invalid_request"),
                                        std::pair("nonsense", "invalid_request")}) {
    auto const e = embedded::find_mechanism("OAUTHBEARER", c)->begin(c);
    auto const told = e->respond(message);
    EXPECT_EQ(told.kind, step::challenge) << message;
    EXPECT_NE(told.text.find(fmt::format("\"status\":\"{}\"", status)), std::string::npos) << told.text;
    EXPECT_EQ(e->respond("\x01").kind, step::refused);
  }
}

}  // namespace
}  // namespace mailrig::embedded_sasl_test
