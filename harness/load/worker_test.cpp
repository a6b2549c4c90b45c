// A worker plays its share in a simulated loop: what is due is done when it is due, and several workers together do
// what one does alone.
#include "load/worker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "load/endpoint_book.hpp"
#include "load/simulated_server.hpp"

namespace mailrig::load::worker_test {

using namespace std::chrono_literals;

namespace {

struct kept_intervals final : interval_sink {
  void take(interval i) override { all.push_back(std::move(i)); }
  std::vector<interval> all;
};

struct Worker : testing::Test {
  profile who;
  scenario::target where;
  plan p;
  std::atomic<bool> interrupted{false};
  kept_intervals intervals;

  Worker() {
    where.name = "simulated";
    where.imap = session::access{{"memory", simulated_server::imap_port}, false, false, {}};
    where.simulate = [](net::loop& l, scenario::server_power&) { return std::make_shared<simulated_server>(l); };
    for (int i = 1; i <= 20; ++i) where.accounts.push_back({fmt::format("u{}", i), "secret", {}});
    who.name = "test";
    device_kind k;
    k.name = "desktop";
    k.acts.push_back({"look", {{base::registry<step_kind>::find("noop"), {}}}, 1s, 0});
    who.devices = {k};
    p.who = &who;
    p.where = &where;
    p.users = 10;
    p.ramp = 1s;
    p.duration = 10s;
    p.judge = false;
    p.arrivals = pace::constant;
  }

  worker_result share(unsigned i, unsigned of) {
    return run_worker(p, population(who, p.users, of), i, *net::tls_context::client({.pins = {"none"}}), 0s, intervals,
                      interrupted);
  }
  /// What is asked of so many shards together, the n-th of which has n threads.
  offered asked_of(unsigned shards) {
    offered out;
    for (unsigned n = 1; n <= shards; ++n) {
      p.ours = {n, shards};
      for (unsigned i = 0; i < n; ++i)
        out.merge(run_worker(p, population(who, p.users, n, p.ours), i, *net::tls_context::client({.pins = {"none"}}),
                             0s, intervals, interrupted)
                      .asked);
    }
    p.ours = {};
    return out;
  }
  /// What so many workers do together: kind by kind, what was done.
  std::map<std::string, std::uint64_t> together(unsigned workers) {
    tally all;
    for (unsigned i = 0; i < workers; ++i) all.merge(share(i, workers).figures);
    EXPECT_EQ(all.unsuccessful(), 0u);
    std::map<std::string, std::uint64_t> out;
    for (auto const& [name, f] : all.kinds()) out[name] = f->done;
    return out;
  }
};

}  // namespace

TEST_F(Worker, DoesWhatIsDueAndHandsInEachSecond) {
  auto const r = share(0, 1);
  EXPECT_EQ(r.trouble, "");
  EXPECT_EQ(r.figures.kinds().at("noop")->done, 100u);
  EXPECT_EQ(r.figures.unsuccessful(), 0u);
  ASSERT_GE(intervals.all.size(), 11u);
  for (std::size_t s = 0; s < intervals.all.size(); ++s) EXPECT_EQ(intervals.all[s].second, std::int64_t(s));
  EXPECT_EQ(intervals.all[5].devices.connections, 10u);
}

TEST_F(Worker, SeveralDoWhatOneDoesAlone) {
  who.devices[0].per_user = 0.4;
  auto const alone = together(1);
  EXPECT_EQ(alone.at("noop"), 40u) << "ten users have four devices";
  EXPECT_EQ(together(3), alone);
  EXPECT_EQ(together(10), alone);
}

TEST_F(Worker, SessionsByRateAreAsManyHoweverManyShareThem) {
  who.devices[0].stays = presence::each_act;
  who.devices[0].per_user = 0.5;
  p.users = 20;
  p.sessions = {{4, 4, 10s}};
  auto const alone = together(1);
  EXPECT_EQ(alone.at("connect"), 40u);
  EXPECT_EQ(together(3), alone);
  EXPECT_EQ(together(20), alone) << "half of them have no device";
  p.arrivals = pace::poisson;
  EXPECT_EQ(together(7), together(1));
}

TEST_F(Worker, ShardsTogetherAreAskedForThePlanHoweverManyThereAre) {
  who.arrivals_per_day = 24 * 3600;
  who.peak = 1.0 / 24;
  p.users = 20;
  for (bool const by_rate : {false, true}) {
    who.devices[0].stays = by_rate ? presence::each_act : presence::session;
    if (by_rate) p.sessions = {{4, 9, 10s}};
    p.arrivals = pace::poisson;
    auto const whole = asked_of(1);
    EXPECT_GT(whole.deliveries, 100u);
    EXPECT_GT(by_rate ? whole.sessions : whole.acts, 40u);
    for (unsigned const shards : {2u, 3u, 4u, 8u}) EXPECT_EQ(asked_of(shards), whole) << shards;
    p.seed = 2;
    EXPECT_NE(asked_of(1).sum, whole.sum);
    p.seed = 1;
  }
}

TEST_F(Worker, AClosedLoopHasItsConcurrencyHoweverManyShareIt) {
  p.users = 20;
  p.concurrency = 7;
  p.ramp = 0s;
  p.duration = 20ms;  // they never rest, and nothing slows them down
  for (unsigned workers : {1u, 3u, 10u}) {
    intervals.all.clear();
    for (unsigned i = 0; i < workers; ++i) share(i, workers);
    std::uint64_t connections = 0;
    for (auto const& i : intervals.all)
      if (i.second == 0) connections += i.devices.connections;
    EXPECT_EQ(connections, 7u) << workers;
  }
}

TEST_F(Worker, NewMailComesToTheSameUsersHoweverManyShareThem) {
  who.arrivals_per_day = 24 * 3600;
  who.peak = 1.0 / 24;
  auto const alone = together(1);
  EXPECT_NEAR(double(alone.at("delivery")), 100, 40);
  EXPECT_EQ(together(3), alone);
}

TEST_F(Worker, DevicesChooseTheSameEndpointsHoweverManyShareThem) {
  for (auto const* name : {"a", "b"}) where.imap_endpoints.all.push_back({name, *where.imap, 1});
  where.imap_endpoints.policy = session::endpoint_policy::per_device;
  p.users = 20;
  p.ramp = 0s;
  auto const chosen = [&](unsigned workers) {
    tally all;
    for (unsigned i = 0; i < workers; ++i) all.merge(share(i, workers).endpoints);
    std::vector<std::uint64_t> out;
    for (auto const& row : endpoint_rows(all, where)) out.push_back(row.connections.done);
    return out;
  };
  auto const alone = chosen(1);
  ASSERT_EQ(alone.size(), 2u);
  EXPECT_EQ(alone[0] + alone[1], 20u);
  EXPECT_GT(std::min(alone[0], alone[1]), 2u);
  EXPECT_EQ(chosen(3), alone);
  EXPECT_EQ(chosen(20), alone);
  where.imap_endpoints.policy = session::endpoint_policy::first;
  EXPECT_TRUE(chosen(1).empty()) << "there is nothing to choose";
}

TEST_F(Worker, ASilentServersOperationsAreLateAndTheRunEnds) {
  where.simulate = [](net::loop& l, scenario::server_power&) {
    auto s = std::make_shared<simulated_server>(l);
    s->instead = [](std::string_view c) { return c == "NOOP" ? std::optional<std::string>("") : std::nullopt; };
    return s;
  };
  p.patience = 3s;
  auto const r = share(0, 1);
  EXPECT_EQ(r.figures.kinds().at("noop")->done, 0u);
  EXPECT_EQ(r.figures.kinds().at("noop")->late, 100u) << "all that were due";
}

TEST_F(Worker, EndsWhenItIsInterrupted) {
  interrupted = true;
  auto const r = share(0, 1);
  EXPECT_EQ(r.figures.operations(), 0u);
}

}  // namespace mailrig::load::worker_test
