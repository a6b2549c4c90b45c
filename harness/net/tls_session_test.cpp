// Each fault of a certificate ends the connection with a cause and words of its own; certificates are made here.
#include "net/tls_session.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/scratch_folder.hpp"
#include "net/connected_pair.hpp"

namespace mailrig::net::tls_session_test {

namespace {

struct authority {
  base::scratch_folder folder = *base::scratch_folder::make("mailrig-tls-test");
  certificate ca = make_certificate({.common_name = "Test CA", .names = "", .signs = true});

  std::string file(std::string const& name, std::string const& text) const {
    auto const path = folder.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }
  std::string ca_file() const { return file("ca.pem", ca.cert); }
};

struct outcome {
  end_cause cause;
  std::string secured, detail;
};

/// What a client of these options hears from a server with this certificate.
outcome meet(tls_options const& o, certificate const& shown, endpoint const& to = {"127.0.0.1"}) {
  auto const server = *tls_context::server(shown);
  auto const client = *tls_context::client(o);
  connected_pair p(&client, &server, to);
  EXPECT_TRUE(p.until([&] { return !p.client.secured.empty() || p.client.cause != end_cause::none; }));
  return {p.client.cause, p.client.secured, p.client.detail};
}

bool says(outcome const& o, std::string_view words) { return o.detail.find(words) != o.detail.npos; }

}  // namespace

TEST(TlsSession, ATrustedCertificateForThisHostPasses) {
  authority const a;
  auto const good = make_certificate({}, &a.ca);
  EXPECT_EQ(meet({.ca_file = a.ca_file()}, good).secured.substr(0, 4), "TLSv");
  EXPECT_EQ(meet({.ca_file = a.ca_file()}, good, {"localhost"}).cause, end_cause::none);
}

TEST(TlsSession, ExpiredAndNotYetValid) {
  authority const a;
  auto const old = meet({.ca_file = a.ca_file()}, make_certificate({.from_days = -30, .until_days = -1}, &a.ca));
  EXPECT_EQ(old.cause, end_cause::certificate_expired);
  EXPECT_TRUE(says(old, "CN = localhost expired on ")) << old.detail;
  auto const early = meet({.ca_file = a.ca_file()}, make_certificate({.from_days = 10, .until_days = 20}, &a.ca));
  EXPECT_EQ(early.cause, end_cause::certificate_not_yet_valid);
  EXPECT_TRUE(says(early, "is not valid before ")) << early.detail;
}

TEST(TlsSession, ForAnotherName) {
  authority const a;
  auto const other =
      make_certificate({.common_name = "mail", .names = "DNS:mail.example.org,DNS:mx.example.org"}, &a.ca);
  auto const o = meet({.ca_file = a.ca_file()}, other);
  EXPECT_EQ(o.cause, end_cause::certificate_wrong_name);
  EXPECT_TRUE(says(o, "DNS:mail.example.org, DNS:mx.example.org, not for 127.0.0.1")) << o.detail;
  EXPECT_EQ(meet({.ca_file = a.ca_file()}, other, {"localhost"}).cause, end_cause::certificate_wrong_name);
  EXPECT_EQ(meet({.ca_file = a.ca_file(), .server_name = "mx.example.org"}, other).cause, end_cause::none);
}

TEST(TlsSession, OfAnUnknownCa) {
  authority const a;
  auto const other = make_certificate({.common_name = "Other CA", .names = "", .signs = true});
  auto const o = meet({.ca_file = a.ca_file()}, make_certificate({}, &other));
  EXPECT_EQ(o.cause, end_cause::certificate_unknown_ca);
  EXPECT_TRUE(says(o, "signed by CN = Other CA, which is not trusted")) << o.detail;
  EXPECT_EQ(meet({.ca_file = a.ca_file()}, make_certificate()).cause, end_cause::certificate_unknown_ca);
}

TEST(TlsSession, WhoIsNotTrustedIsToldWithHisPin) {
  auto const own = make_certificate();
  auto const o = meet({}, own);
  EXPECT_TRUE(is_distrust(o.cause));
  EXPECT_TRUE(says(o, "[tls] pin = \"sha256:" + own.pin)) << o.detail;
}

/// How a client ends that wants TLS and hears these octets.
end_cause heard_instead(std::string_view octets) {
  auto const client = *tls_context::client({});
  connected_pair p(&client);
  EXPECT_TRUE(p.until([&] { return p.in != nullptr; }));
  p.in->send(octets);
  EXPECT_TRUE(p.until([&] { return p.client.cause != end_cause::none; }));
  EXPECT_FALSE(is_distrust(p.client.cause));
  return p.client.cause;
}

TEST(TlsSession, NoTlsBrokenTlsAndARefusalAreTold) {
  EXPECT_EQ(heard_instead("* OK IMAP4rev1 ready\r\n"), end_cause::tls_absent);
  EXPECT_EQ(heard_instead("HTTP/1.1 400 Bad Request\r\n"), end_cause::tls_absent);
  EXPECT_EQ(heard_instead({"\x16\x03\x03\x00\x04\x02\xff\xff\xff", 9}), end_cause::tls_broken);
  EXPECT_EQ(heard_instead({"\x15\x03\x03\x00\x02\x02\x28", 7}), end_cause::tls_failed);
}

TEST(TlsSession, Revoked) {
  authority const a;
  tls_options const o{.ca_file = a.ca_file(), .crl_file = a.file("crl.pem", make_revocation_list(a.ca, 7))};
  auto const bad = meet(o, make_certificate({.serial = 7}, &a.ca));
  EXPECT_EQ(bad.cause, end_cause::certificate_revoked);
  EXPECT_TRUE(says(bad, "is revoked by CN = Test CA")) << bad.detail;
  EXPECT_EQ(meet(o, make_certificate({.serial = 8}, &a.ca)).cause, end_cause::none);
}

TEST(TlsSession, TooWeak) {
  authority const a;
  auto const weak = make_certificate({.rsa_bits = 1024}, &a.ca);
  auto server = tls_context::server(weak);
  ASSERT_TRUE(server);
  auto const client = *tls_context::client({.ca_file = a.ca_file()});
  connected_pair p(&client, &*server);
  ASSERT_TRUE(p.until([&] { return p.client.cause != end_cause::none; }));
  EXPECT_EQ(p.client.cause, end_cause::certificate_weak) << p.client.detail;
}

TEST(TlsSession, Pins) {
  auto const own = make_certificate();
  EXPECT_EQ(meet({.pins = {std::string(64, '0'), own.pin}}, own).cause, end_cause::none);
  auto const o = meet({.pins = {std::string(64, '0')}}, own);
  EXPECT_EQ(o.cause, end_cause::certificate_not_pinned);
  EXPECT_TRUE(says(o, own.pin)) << o.detail;
}

TEST(TlsSession, VersionsAndAlpn) {
  auto const own = make_certificate();
  tls_options o{.pins = {own.pin}};
  o.highest = "1.2";
  EXPECT_EQ(meet(o, own).secured.substr(0, 8), "TLSv1.2 ");
  o.highest = {};
  o.alpn = true;
  auto const server = *tls_context::server(own, {}, {"pop3", "imap"});
  auto const client = *tls_context::client(o);
  connected_pair p(&client, &server, {.host = "127.0.0.1", .service = "imap"});
  ASSERT_TRUE(p.until([&] { return !p.client.secured.empty(); }));
  EXPECT_TRUE(p.client.secured.ends_with(", ALPN imap")) << p.client.secured;
}

TEST(TlsSession, ServersMayAskForAClientsCertificate) {
  authority const a;
  auto const server = *tls_context::server(make_certificate({}, &a.ca), a.ca_file());
  auto const own = make_certificate({.common_name = "alice", .names = ""}, &a.ca);
  auto const with = *tls_context::client(
      {.ca_file = a.ca_file(), .certificate = a.file("own.pem", own.cert), .key = a.file("own.key", own.key)});
  auto const without = *tls_context::client({.ca_file = a.ca_file()});
  connected_pair p(&with, &server), q(&without, &server);
  EXPECT_TRUE(p.until([&] { return !p.server.secured.empty(); }));
  EXPECT_TRUE(q.until([&] { return q.client.cause != end_cause::none; }));
  EXPECT_TRUE(is_of_tls(q.client.cause)) << q.client.detail;
  EXPECT_EQ(p.in->peer_name(), "alice");
  EXPECT_EQ(q.in->peer_name(), "");
}

TEST(TlsSession, WhereAClientMayLackACertificateItMustStillBeSigned) {
  authority const a;
  auto const server = *tls_context::server(make_certificate({}, &a.ca), a.ca_file(), {}, true);
  auto const stranger = make_certificate({.common_name = "alice", .names = ""});
  auto const without = *tls_context::client({.ca_file = a.ca_file()});
  auto const unsigned_one = *tls_context::client({.ca_file = a.ca_file(),
                                                  .certificate = a.file("odd.pem", stranger.cert),
                                                  .key = a.file("odd.key", stranger.key)});
  connected_pair p(&without, &server), q(&unsigned_one, &server);
  EXPECT_TRUE(p.until([&] { return !p.server.secured.empty(); }));
  EXPECT_EQ(p.in->peer_name(), "");
  EXPECT_TRUE(q.until([&] { return q.client.cause != end_cause::none; }));
}

TEST(TlsSession, ResumesTheShareThatIsAskedFor) {
  auto const own = make_certificate();
  auto const server = *tls_context::server(own);
  for (double const share : {0.0, 0.5, 1.0}) {
    auto const client = *tls_context::client({.pins = {own.pin}, .resume = share});
    loop l;
    std::vector<std::unique_ptr<connection>> at_server;
    recording_sink deaf;
    auto const door = *acceptor::listen(l, {"127.0.0.1", 0}, [&](std::unique_ptr<connection> c) {
      c->set_sink(deaf);
      c->accept_tls(server);
      c->send("hello");
      at_server.push_back(std::move(c));
    });
    int resumed = 0;
    for (int i = 0; i < 20; ++i) {
      recording_sink ear;
      auto const c = connection::dial(l, {"127.0.0.1", door->port()}, ear, &client);
      ASSERT_TRUE(l.run_until([&] { return ear.heard == "hello"; }, base::now() + std::chrono::seconds(5)));
      resumed += ear.secured.ends_with(", resumed");
    }
    EXPECT_NEAR(resumed, share * 20, 1.01) << share;
  }
}

TEST(TlsSession, BothEndsHaveTheSameChannelBinding) {
  auto const own = make_certificate();
  auto const server = *tls_context::server(own);
  auto const client = *tls_context::client({.pins = {own.pin}});
  connected_pair p(&client, &server);
  EXPECT_EQ(p.out->channel_binding("tls-exporter"), "");
  ASSERT_TRUE(p.until([&] { return !p.client.secured.empty() && !p.server.secured.empty(); }));
  for (auto const* type : {"tls-exporter", "tls-server-end-point"}) {
    EXPECT_EQ(p.out->channel_binding(type).size(), 32u) << type;
    EXPECT_EQ(p.out->channel_binding(type), p.in->channel_binding(type)) << type;
  }
  EXPECT_EQ(p.out->channel_binding("tls-unique"), "");  // TLS 1.3 has none
}

TEST(TlsSession, UpToTls12ThereIsAUniqueBinding) {
  auto const own = make_certificate();
  auto const server = *tls_context::server(own);
  auto const client = *tls_context::client({.pins = {own.pin}, .highest = "1.2"});
  connected_pair p(&client, &server);
  ASSERT_TRUE(p.until([&] { return !p.client.secured.empty() && !p.server.secured.empty(); }));
  EXPECT_EQ(p.out->channel_binding("tls-unique").size(), 12u);
  EXPECT_EQ(p.out->channel_binding("tls-unique"), p.in->channel_binding("tls-unique"));
}

TEST(TlsContext, SaysWhichFileOrNameIsWrong) {
  EXPECT_FALSE(tls_context::client({.ca_file = "/nonexistent"}));
  EXPECT_EQ(tls_context::client({.crl_file = "/nonexistent"}).error().rule, "/nonexistent");
  EXPECT_EQ(tls_context::client({.certificate = "/nonexistent"}).error().rule, "/nonexistent");
  EXPECT_FALSE(tls_context::client({.lowest = "1.4"}));
  EXPECT_FALSE(tls_context::client({.lowest = "1.3", .highest = "1.2"}));
  EXPECT_FALSE(tls_context::client({.ciphers = "NONSENSE"}));
}

}  // namespace mailrig::net::tls_session_test
