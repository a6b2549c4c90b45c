// One connection from its login to its end, what of it is recorded, and what comes of silence, refusals and resets.
#include "load/client.hpp"

#include <numeric>

#include "load/client_fixture.hpp"

namespace mailrig::load::client_test {

using namespace std::chrono_literals;
using history::protocol;

namespace {

struct owner final : client_owner {
  void on_ready(client&, base::instant, bool good) override { ++ready, all_good = good; }
  void on_closed(client&, base::instant, std::string const& reason) override { ++closed, why = reason; }
  void on_told(client&, model::item const&) override { ++told; }
  int ready = 0, closed = 0, told = 0;
  bool all_good = true;
  std::string why = "not closed";
};

struct Client : client_fixture {
  owner whose;
  device_memory memory;
  client c{shared, whose, memory};

  Client() { by_id[0] = &c; }
  void open(protocol p = protocol::imap) {
    c.open(0, where(p), p, {"u1", "secret", {}}, p == protocol::imap ? "INBOX" : "", loop.now(), loop.now());
    ASSERT_TRUE(until([&] { return whose.ready == 1; }));
  }
  void run(std::vector<step> const& program) {
    auto const before = whose.ready;
    c.run(program, loop.now(), loop.now());
    until([&] { return whose.ready > before || whose.closed > 0; });
  }
};

}  // namespace

TEST_F(Client, LogsInSelectsAsksAndLeaves) {
  open();
  std::vector<step> const program{one("noop"), one("headers", {"2"}), one("noop")};
  run(program);
  EXPECT_TRUE(whose.all_good);
  c.leave(loop.now());
  ASSERT_TRUE(until([&] { return whose.closed == 1; }));
  EXPECT_EQ(whose.why, "");
  for (auto const* kind : {"connect", "greeting", "login", "select", "fetch.header", "logout"})
    EXPECT_EQ(of(kind).done, 1u) << kind;
  EXPECT_EQ(of("noop").done, 2u);
  EXPECT_EQ(records.figures().unsuccessful(), 0u);
  EXPECT_EQ(server.asked("SELECT"), 1u);
  EXPECT_EQ(server.asked("FETCH"), 1u);
}

TEST_F(Client, ARefusalIsAFailureWithItsWordsAndEndsItsStepAlone) {
  open();
  server.instead = [](std::string_view c) {
    return c == "CHECK" ? std::optional<std::string>("NO [LIMIT] later") : std::nullopt;
  };
  std::vector<step> const program{one("check"), one("noop")};
  run(program);
  EXPECT_FALSE(whose.all_good);
  EXPECT_EQ(of("check").failed, 1u);
  EXPECT_EQ(of("check").failures.begin()->first, "NO CHECK [LIMIT]");
  EXPECT_EQ(of("noop").done, 1u);
  EXPECT_EQ(whose.closed, 0);
}

TEST_F(Client, SilenceIsLateAfterPatienceAndTheConnectionIsGivenUp) {
  open();
  server.instead = [](std::string_view) { return ""; };
  std::vector<step> const program{one("noop")};
  c.run(program, loop.now(), loop.now());
  pass(10s);
  EXPECT_TRUE(c.waits_for_answer());
  EXPECT_FALSE(c.overdue(loop.now(), false));
  pass(21s);
  EXPECT_TRUE(c.overdue(loop.now(), false));
  EXPECT_EQ(of("noop").late, 1u);
  EXPECT_GE(of("noop").response.max(), 30'000'000'000u);
  EXPECT_EQ(whose.why, "no answer in time");
  EXPECT_EQ(whose.closed, 1);
}

TEST_F(Client, AnEndAgainstItsWillIsAFailureOfWhatWasUnderWay) {
  for (auto const* how : {"close", "reset"}) {
    whose = {};
    open();
    server.instead = [&](std::string_view) { return how; };
    std::vector<step> const program{one("noop")};
    run(program);
    EXPECT_EQ(whose.closed, 1) << how;
    EXPECT_NE(whose.why, "") << how;
    server.instead = nullptr;
    c.let_go();
  }
  EXPECT_EQ(of("noop").failed, 2u);
  auto const& broken = records.now().broken;
  EXPECT_EQ(std::accumulate(broken.begin(), broken.end(), 0u), 2u);
}

TEST_F(Client, IdlesUntilThereIsSomethingToDo) {
  open();
  c.idle();
  ASSERT_TRUE(until([&] { return c.now() == client::phase::idling; }));
  server.tell_idlers("* 4 EXISTS");
  ASSERT_TRUE(until([&] { return c.imap().view.size() == 4; }));
  std::vector<step> const program{one("noop")};
  run(program);
  EXPECT_EQ(of("idle").done, 1u);
  EXPECT_EQ(of("idle.done").done, 1u);
  EXPECT_EQ(of("noop").done, 1u);
}

TEST_F(Client, WhereOneKindIsWantedOnlyThatIsRecorded) {
  c.only(kind_named("delivery"));
  open();
  std::vector<step> const program{one("append")};
  run(program);
  EXPECT_EQ(records.figures().kinds().size(), 1u);
  EXPECT_EQ(of("delivery").done, 1u);
}

TEST_F(Client, WhatAPersonReadsIsRecordedAgainLessTheTimeOfReading) {
  open(protocol::pop3);
  std::vector<step> const program{one("stat"), one("retr", {"all"})};
  run(program);
  EXPECT_EQ(of("retr").done, 3u);
  EXPECT_EQ(of("retr.beyond-size").done, 3u);
  EXPECT_EQ(of("retr.beyond-size").response.max(), 0u) << "a second to read a hundred octets";
  EXPECT_EQ(of("stat").done, 1u);
}

TEST_F(Client, ASilentPeerIsToldFromOneThatEndsTheConnection) {
  open();
  server.instead = [](std::string_view) { return std::optional<std::string>(""); };
  std::vector<step> const program{one("noop")};
  c.run(program, loop.now(), loop.now());
  pass(29s);
  EXPECT_FALSE(c.overdue(loop.now(), false));
  pass(2s);
  EXPECT_TRUE(c.overdue(loop.now(), false));
  EXPECT_EQ(of("noop").late, 1u);
  EXPECT_EQ(of("noop").failures, (std::map<std::string, std::uint64_t>{{"no answer in time", 1}}));
}

TEST_F(Client, ALineThatHasForgottenTheConnectionIsNotTheServersReset) {
  auto at = where(protocol::imap);
  at.failures = {.forget_idle = 5min, .forgets_by_reset = true};
  c.open(0, at, protocol::imap, {"u1", "secret", {}}, "INBOX", loop.now(), loop.now());
  by_id[0] = &c;
  ASSERT_TRUE(until([&] { return c.now() == client::phase::ready; }));
  pass(6min);
  std::vector<step> const program{one("noop")};
  c.run(program, loop.now(), loop.now());
  ASSERT_TRUE(until([&] { return whose.closed == 1; }));
  EXPECT_EQ(of("noop").failures, (std::map<std::string, std::uint64_t>{{"reset on the way", 1}}));
  EXPECT_EQ(server.open(), 1u);
}

TEST_F(Client, ARefusedLoginIsAFailure) {
  server.instead = [](std::string_view c) {
    return c.starts_with("LOGIN") ? std::optional<std::string>("NO who are you") : std::nullopt;
  };
  c.open(0, where(protocol::imap), protocol::imap, {"u1", "secret", {}}, "INBOX", loop.now(), loop.now());
  ASSERT_TRUE(until([&] { return whose.closed == 1; }));
  EXPECT_EQ(of("login").failed, 1u);
  EXPECT_EQ(of("login").failures.begin()->first.find("secret"), std::string::npos);
}

}  // namespace mailrig::load::client_test
