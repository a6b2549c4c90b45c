// A channel whose line fails: nobody is told, and what is left behind is closed when asked.
#include "session/channel.hpp"

#include <gtest/gtest.h>

#include "net/acceptor.hpp"

namespace mailrig::session::channel_test {
namespace {

using namespace std::chrono_literals;

struct server_end final : net::connection_sink {
  std::string heard;
  net::end_cause cause = net::end_cause::none;
  void on_octets(std::string_view o) override { heard += o; }
  void on_end(net::end_cause c, std::string_view) override { cause = c; }
};

struct kept_events final : history::event_sink {
  std::vector<std::pair<history::event_kind, std::string>> all;
  void take(history::event const& e) override { all.emplace_back(e.kind, e.octets); }
  std::string end() const {
    return !all.empty() && all.back().first == history::event_kind::ended ? all.back().second : std::string();
  }
};

struct nobody final : channel_owner {
  void on_event(history::session_id) override {}
};

struct failing_pair {
  explicit failing_pair(net::line_failures const& how) {
    door = std::move(*net::acceptor::listen(l, {"memory", 7}, [this](std::unique_ptr<net::connection> c) {
      in = std::move(c);
      in->set_sink(server);
    }));
    access where{{"memory", 7}};
    where.failures = how;
    out = std::make_unique<channel>(l, where, *trust, 1, history::protocol::imap, "u1", events, owner, l.now(),
                                    base::limits{});
    pass(1s);
  }
  void pass(base::duration d) {
    l.run_until([] { return false; }, l.now() + d);
  }

  net::loop l{net::loop::time::simulated};
  base::result<net::tls_context> trust = net::tls_context::client({.pins = {"none"}});
  kept_events events;
  nobody owner;
  server_end server;
  std::unique_ptr<net::connection> in;
  std::unique_ptr<net::acceptor> door;
  std::unique_ptr<channel> out;
};

TEST(Channel, ADarkLineTellsNeitherEnd) {
  failing_pair p({});
  p.out->send("a NOOP\r\n");
  p.pass(1s);
  p.out->go_dark();
  p.out->send("b NOOP\r\n");
  p.in->send("* 1 EXISTS\r\n");
  p.pass(1s);
  EXPECT_EQ(p.server.heard, "a NOOP\r\n");
  EXPECT_TRUE(p.out->is_open());
  p.in->close();
  p.pass(1s);
  EXPECT_TRUE(p.out->is_open());
  p.out->close();
  EXPECT_EQ(p.events.end(), "client closed");
}

TEST(Channel, WhatIsLeftBehindStaysOpenAtTheServer) {
  failing_pair p({});
  p.out->go_dark();
  p.out.reset();
  p.pass(1h);
  EXPECT_EQ(p.server.cause, net::end_cause::none);
  net::connection::close_left_behind(p.l);
  p.pass(1s);
  EXPECT_EQ(p.server.cause, net::end_cause::server_closed);
}

TEST(Channel, OneThatWasForgottenIsResetOnTheWay) {
  failing_pair p({.forget_idle = 5min, .forgets_by_reset = true});
  p.out->send("a NOOP\r\n");
  p.pass(4min);
  EXPECT_TRUE(p.out->is_open());
  p.pass(2min);
  p.in->send("* 1 EXISTS\r\n");
  p.pass(1s);
  p.out->send("b NOOP\r\n");
  p.pass(1s);
  EXPECT_FALSE(p.out->is_open());
  EXPECT_EQ(p.out->cause(), net::end_cause::reset_on_the_way);
  EXPECT_EQ(p.events.end(), "reset on the way");
  EXPECT_EQ(p.server.heard, "a NOOP\r\n");
  EXPECT_EQ(p.server.cause, net::end_cause::none);
}

TEST(Channel, OneThatWasForgottenWithoutAWordIsSilent) {
  failing_pair p({.forget_idle = 5min});
  p.pass(6min);
  p.out->send("a NOOP\r\n");
  p.pass(1h);
  EXPECT_TRUE(p.out->is_open());
  EXPECT_TRUE(p.server.heard.empty());
}

}  // namespace
}  // namespace mailrig::session::channel_test
