#include "net/slow_link.hpp"

#include <gtest/gtest.h>

#include "net/acceptor.hpp"

namespace mailrig::net::slow_link_test {

using namespace std::chrono_literals;

namespace {

struct ear final : connection_sink {
  std::string heard;
  bool ended = false;
  void on_octets(std::string_view o) override { heard += o; }
  void on_end(end_cause, std::string_view) override { ended = true; }
};

}  // namespace

// Lower bounds only: a busy machine may be slower, a line never faster.
TEST(SlowLink, WhatCrossesItTakesItsTimeAndComesWhole) {
  loop l;
  ear client, server;
  std::unique_ptr<connection> in;
  auto const door = *acceptor::listen(l, {"127.0.0.1", 0}, [&](std::unique_ptr<connection> c) {
    in = std::move(c);
    in->set_sink(server);
  });
  slow_link line(l, {100'000, 50'000, 30ms}, client);
  auto const out = connection::dial(l, {"127.0.0.1", door->port()}, line);
  line.carry(*out);
  auto const began = l.now();
  std::string const question(5000, 'q');
  line.send(question);
  ASSERT_TRUE(l.run_until([&] { return server.heard.size() == question.size(); }, l.now() + 5s));
  EXPECT_GE(l.now() - began, 130ms);  // 100 ms for its octets, 30 ms on the way
  // More than the line holds at once: the server is not read for a while, and nothing is lost.
  std::string answer;
  for (int i = 0; answer.size() < 20'000; ++i) answer += std::to_string(i) + ",";
  auto const asked = l.now();
  in->send(answer);
  in->half_close();
  ASSERT_TRUE(l.run_until([&] { return client.ended; }, l.now() + 5s));
  EXPECT_EQ(client.heard, answer);
  EXPECT_GE(l.now() - asked, 230ms);
}

namespace {

/// Both ends within one simulated loop, the client's behind a line.
struct simulated_line {
  explicit simulated_line(link_speed const& speed) : line(l, speed, client) {
    door = std::move(*acceptor::listen(l, {"memory", 7}, [this](std::unique_ptr<connection> c) {
      in = std::move(c);
      in->set_sink(server);
    }));
    out = connection::dial(l, {"memory", 7}, client);
    out->set_sink(line);
    line.carry(*out);
    l.run_until([this] { return in != nullptr; }, 1s);
  }
  /// How long the server's octets take, sent one message each 10 ms.
  base::duration takes(unsigned messages) {
    std::string all;
    auto const began = l.now();
    for (unsigned i = 0; i < messages; ++i) {
      auto const text = std::to_string(i) + ",";
      all += text;
      in->send(text);
      l.run_until([] { return false; }, l.now() + 10ms);
    }
    l.run_until([&] { return client.heard.size() == all.size(); }, l.now() + 1h);
    EXPECT_EQ(client.heard, all);
    return l.now() - began;
  }

  loop l{loop::time::simulated};
  ear client, server;
  std::unique_ptr<connection> in, out;
  std::unique_ptr<acceptor> door;
  slow_link line;
};

}  // namespace

TEST(SlowLink, WhatIsLostComesLaterAndNothingOvertakes) {
  EXPECT_LT(simulated_line({.delay = 5ms}).takes(100), 1100ms);
  EXPECT_GT(simulated_line({.delay = 5ms, .loss = 0.9}).takes(100), 1700ms);
}

TEST(SlowLink, JitterIsNoMoreThanItSays) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto const took = simulated_line({.delay = 5ms, .jitter = 50ms, .seed = seed}).takes(1);
    EXPECT_GE(took, 5ms);
    EXPECT_LE(took, 56ms);
  }
}

TEST(SlowLink, TheSameSeedDrawsTheSame) {
  auto const once = [](std::uint64_t seed) {
    return simulated_line({.delay = 5ms, .jitter = 50ms, .loss = 0.1, .seed = seed}).takes(50);
  };
  EXPECT_EQ(once(3), once(3));
}

}  // namespace mailrig::net::slow_link_test
