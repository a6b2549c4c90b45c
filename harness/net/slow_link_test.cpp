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

}  // namespace mailrig::net::slow_link_test
