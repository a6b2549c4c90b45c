#include "net/connection.hpp"

#include <gtest/gtest.h>

#include "net/connected_pair.hpp"

namespace mailrig::net::connection_test {

using namespace std::chrono_literals;
using pair = connected_pair;

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

TEST(Connection, APeerThatSaysNoMoreCanStillBeTold) {
  pair p;
  p.server.goes_on = true;
  p.out->send("last");
  p.out->half_close();
  ASSERT_TRUE(p.until([&] { return p.server.half_closed; }));
  EXPECT_EQ(p.server.heard, "last");
  EXPECT_TRUE(p.in->is_open());
  p.in->send(std::string(30'000'000, 'x'));
  EXPECT_GT(p.in->unsent(), 0u);
  ASSERT_TRUE(p.until([&] { return p.client.heard.size() == 30'000'000; }));
  EXPECT_EQ(p.in->unsent(), 0u);
  p.in->close();
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
  recording_sink lonely;
  auto const c = connection::dial(p.l, {"127.0.0.1", port}, lonely);
  ASSERT_TRUE(p.until([&] { return lonely.cause == end_cause::refused; }));
}

TEST(Connection, TlsFromTheStartAndLaterAndDeflate) {
  auto const cert = make_certificate();
  auto const server = *tls_context::server(cert);
  auto const client = *tls_context::client({.pins = {cert.pin}});
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
    if (q.client.heard == "go") q.out->start_tls(client);
  };
  q.out->send("STARTTLS");
  ASSERT_TRUE(q.until([&] { return !q.client.secured.empty() && !q.server.secured.empty(); }));
  q.in->start_deflate();
  q.out->start_deflate();
  q.out->send(std::string(100000, 'z'));
  ASSERT_TRUE(q.until([&] { return q.server.heard.size() == 100008; }));
}

TEST(Connection, OctetsThatAreNoDeflateEndIt) {
  pair p;
  ASSERT_TRUE(p.until([&] { return p.in && p.client.opened; }));
  p.out->start_deflate();
  p.in->send("\xff\xff\xff\xff nonsense");
  ASSERT_TRUE(p.until([&] { return p.client.cause != end_cause::none; }));
  EXPECT_EQ(p.client.cause, end_cause::deflate_broken);
  EXPECT_FALSE(p.out->is_open());
}

TEST(Connection, MayGoInItsOwnSinksCalls) {
  pair p;
  p.server.then = [&] { p.in.reset(); };
  p.out->send("go");
  ASSERT_TRUE(p.until([&] { return p.client.cause == end_cause::server_closed; }));
  EXPECT_EQ(p.server.cause, end_cause::none);
}

}  // namespace mailrig::net::connection_test
