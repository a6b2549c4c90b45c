#include "net/connection.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "net/deflate.hpp"
#include "net/digest.hpp"

using namespace mailrig;
using namespace mailrig::net;
using namespace std::chrono_literals;

namespace {

struct ear final : connection_sink {
  std::string heard, secured, detail;
  end_cause cause = end_cause::none;
  bool opened = false;
  std::function<void()> then;
  void on_open() override { opened = true; }
  void on_secured(std::string_view v) override { secured = v; }
  void on_octets(std::string_view o) override {
    heard += o;
    if (then) then();
  }
  void on_end(end_cause c, std::string_view d) override { cause = c, detail = d; }
};

/// A client and a server in one loop.
struct pair {
  loop l;
  ear client, server;
  std::unique_ptr<connection> in, out;
  std::unique_ptr<acceptor> door;
  std::function<void()> on_accept;
  explicit pair(tls_context const* implicit = nullptr, tls_context const* serve = nullptr) {
    auto listening = acceptor::listen(l, {"127.0.0.1", 0}, [this, serve](std::unique_ptr<connection> c) {
      in = std::move(c);
      in->set_sink(server);
      if (serve) in->accept_tls(*serve);
    });
    door = std::move(*listening);
    out = connection::dial(l, {"127.0.0.1", door->port()}, client, implicit);
  }
  bool until(std::function<bool()> const& f) { return l.run_until(f, base::now() + 5s); }
};

}  // namespace

TEST(Connection, CarriesOctetsBothWaysAndEndsInOrder) {
  pair p;
  p.out->send("hello");  // before it is open
  ASSERT_TRUE(p.until([&] { return p.server.heard == "hello"; }));
  p.in->send(std::string(3'000'000, 'x'));
  ASSERT_TRUE(p.until([&] { return p.client.heard.size() == 3'000'000; }));
  p.out->half_close();
  ASSERT_TRUE(p.until([&] { return p.server.cause == end_cause::server_closed; }));
  ASSERT_TRUE(p.until([&] { return p.client.cause == end_cause::server_closed; }));
}

TEST(Connection, ResetAndRefusedAreDistinct) {
  pair p;
  ASSERT_TRUE(p.until([&] { return p.in && p.client.opened; }));
  p.out->reset();
  EXPECT_EQ(p.client.cause, end_cause::client_closed);
  ASSERT_TRUE(p.until([&] { return p.server.cause == end_cause::reset_by_peer; }));
  auto const port = p.door->port();
  p.door.reset();
  ear lonely;
  auto const c = connection::dial(p.l, {"127.0.0.1", port}, lonely);
  ASSERT_TRUE(p.until([&] { return lonely.cause == end_cause::refused; }));
}

TEST(Connection, TlsFromTheStartAndLaterAndDeflate) {
  auto const cert = make_certificate();
  auto const server = *tls_context::server(cert);
  auto const client = *tls_context::client({.ca_file = {}, .pin = cert.pin});
  pair p(&client, &server);
  p.out->send("over tls");
  ASSERT_TRUE(p.until([&] { return p.server.heard == "over tls"; }));
  EXPECT_EQ(p.client.secured.substr(0, 4), "TLSv");

  pair q;
  q.server.then = [&] {
    if (q.server.heard == "STARTTLS") {
      q.in->send("go");
      q.in->accept_tls(server);
    }
  };
  q.client.then = [&] {
    if (q.client.heard == "go") q.out->start_tls(client, "localhost");
  };
  q.out->send("STARTTLS");
  ASSERT_TRUE(q.until([&] { return !q.client.secured.empty() && !q.server.secured.empty(); }));
  q.in->start_deflate();
  q.out->start_deflate();
  q.out->send(std::string(100000, 'z'));
  ASSERT_TRUE(q.until([&] { return q.server.heard.size() == 100008; }));
}

TEST(Connection, AWrongCertificateIsRefused) {
  auto const cert = make_certificate();
  auto const server = *tls_context::server(cert);
  auto const client = *tls_context::client({.ca_file = {}, .pin = std::string(64, '0')});
  pair p(&client, &server);
  ASSERT_TRUE(p.until([&] { return p.client.cause == end_cause::tls_failed; }));
  EXPECT_EQ(p.client.detail, "the certificate is not the pinned one");
  EXPECT_FALSE(tls_context::client({.ca_file = "/nonexistent", .pin = {}}));
}

TEST(Connection, ListensOnLoopbackOnly) {
  loop l;
  EXPECT_FALSE(acceptor::listen(l, {"0.0.0.0", 0}, {}));
  EXPECT_FALSE(acceptor::listen(l, {"nonsense", 0}, {}));
}

TEST(Deflate, RefusesNonsenseAndBombs) {
  deflate a, b;
  std::string out;
  EXPECT_TRUE(b.unpack(a.pack(std::string(1000, 'a')), out, 5000));
  EXPECT_EQ(out.size(), 1000u);
  EXPECT_FALSE(b.unpack(a.pack(std::string(1'000'000, 'a')), out, 5000));
  deflate c;
  EXPECT_FALSE(c.unpack("\xff\xff\xff\xff nonsense", out, 1u << 30));
}

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(hex(md5("<1896.697170952@dbc.mtview.ca.us>tanstaaf")), "c4c9334bac560ecc979e58001b3e22fb");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(base64("hello"), "aGVsbG8=");
  EXPECT_EQ(from_base64("aGVsbG8="), "hello");
  EXPECT_FALSE(from_base64("aGVsbG8"));
  EXPECT_FALSE(from_base64("a=Vs"));
  EXPECT_FALSE(from_base64("aG!s"));
}

TEST(Loop, WhatSaidYesIsNotAskedAgain) {
  loop l;
  for (int round = 0; round < 200; ++round) {
    int ready = 0;
    for (int i = 0; i < 3; ++i) l.post([&] { ++ready; });
    int yes = 0;
    // Takes what it finds, as an expectation takes an arrival.
    EXPECT_TRUE(l.run_until([&] { return ready > 0 && ready-- > 0 && ++yes; }, base::now() + 5s));
    EXPECT_EQ(yes, 1);
    l.run_until([] { return false; }, base::now() + std::chrono::microseconds(200));
  }
}
