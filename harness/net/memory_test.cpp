// Connections within a simulated loop: octets arrive in order, ends are told, silence costs no time.
#include <gtest/gtest.h>

#include <vector>

#include "net/acceptor.hpp"
#include "net/connection.hpp"

namespace mailrig::net::memory_test {

using namespace std::chrono_literals;

namespace {

struct ear final : net::connection_sink {
  std::string heard;
  net::end_cause cause = net::end_cause::none;
  bool open = false;
  void on_open() override { open = true; }
  void on_octets(std::string_view o) override { heard += o; }
  void on_end(net::end_cause c, std::string_view) override { cause = c; }
};

struct pair {
  net::loop loop{net::loop::time::simulated};
  ear client, server;
  std::unique_ptr<net::connection> at_server, at_client;
  std::unique_ptr<net::acceptor> door;

  pair() {
    auto listening = net::acceptor::listen(loop, {"memory", 7}, [this](std::unique_ptr<net::connection> c) {
      at_server = std::move(c);
      at_server->set_sink(server);
    });
    door = std::move(*listening);
    at_client = net::connection::dial(loop, {"memory", 7}, client);
    at_client->send("early ");
  }
  void settle() {
    loop.run_until([] { return false; }, loop.now() + 1s);
  }
};

}  // namespace

TEST(Memory, OctetsArriveInOrder) {
  pair p;
  p.settle();
  ASSERT_TRUE(p.client.open);
  p.at_client->send("late");
  p.at_server->send("back");
  p.settle();
  EXPECT_EQ(p.server.heard, "early late");
  EXPECT_EQ(p.client.heard, "back");
}

TEST(Memory, APausedReaderHearsItAllLater) {
  pair p;
  p.settle();
  p.at_client->pause();
  p.at_server->send("one ");
  p.at_server->send("two");
  p.settle();
  EXPECT_EQ(p.client.heard, "");
  p.at_client->resume();
  EXPECT_EQ(p.client.heard, "one two");
}

TEST(Memory, EndsAreTold) {
  pair p;
  p.settle();
  p.at_client->reset();
  p.settle();
  EXPECT_EQ(p.client.cause, net::end_cause::client_closed);
  EXPECT_EQ(p.server.cause, net::end_cause::reset_by_peer);
  ear nobody;
  auto const refused = net::connection::dial(p.loop, {"memory", 8}, nobody);
  p.settle();
  EXPECT_EQ(nobody.cause, net::end_cause::refused);
}

TEST(Memory, SilenceCostsNoTime) {
  pair p;
  auto const began = base::now();
  EXPECT_FALSE(p.loop.run_until([] { return false; }, p.loop.now() + 3600s));
  EXPECT_GE(p.loop.now(), 3600s);
  EXPECT_LT(base::now() - began, 5s);
}

}  // namespace mailrig::net::memory_test
