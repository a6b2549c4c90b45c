// Devices keep their timetables whatever the server does, and tell their user's other devices what they changed.
#include "load/device.hpp"

#include <numeric>
#include <set>
#include <utility>

#include "load/client_fixture.hpp"
#include "net/timer.hpp"

namespace mailrig::load::device_test {

using namespace std::chrono_literals;

namespace {

struct Device : client_fixture, device_host {
  user who;
  std::vector<std::unique_ptr<device>> devices;
  std::map<device*, net::timer> timers;
  history::session_id next = 0;
  int calls_done = 0;

  Device() { who.imap = who.pop3 = {"u1", "secret", {}}; }

  history::session_id take_id(client& c) override {
    by_id[next] = &c;
    return next++;
  }
  void give_back(history::session_id id, client&) override { by_id.erase(id); }
  void wake_at(device& d, base::instant when) override {
    timers.try_emplace(&d, loop).first->second.at(
        when, [this, &d, generation = ++d.generation] { generation == d.generation ? d.wake(loop.now()) : void(); });
  }
  void finished(device&) override { ++calls_done; }
  session::access const& access(history::protocol p, device_kind const&) override { return place = where(p); }
  double busy(base::instant) override { return 1; }
  double factor() const override { return 1; }
  session::access place;

  /// So many endpoints, of which devices take the first that can be reached.
  void offer_endpoints(std::size_t n) {
    scenario::target t;
    t.imap_endpoints.policy = session::endpoint_policy::failover;
    for (std::size_t i = 0; i < n; ++i)
      t.imap_endpoints.all.push_back({session::usual_endpoint_name(i), {{"memory", port_of(i)}, false, false}, 1});
    shared.endpoints = endpoint_sources(t, 1);
  }
  /// Only these can be reached from now on.
  void reach(std::set<std::size_t> const& endpoints) {
    doors.clear();
    for (auto const e : endpoints)
      doors.push_back(std::move(
          *net::acceptor::listen(loop, {"memory", port_of(e)}, [this](auto c) { server.admit_imap(std::move(c)); })));
  }
  static std::uint16_t port_of(std::size_t endpoint) { return std::uint16_t(50 + endpoint); }
  std::vector<std::unique_ptr<net::acceptor>> doors;

  figures at_endpoint(std::string const& what) {
    auto const kinds = records.endpoints().all().kinds();
    auto const at = kinds.find("imap " + what);
    return at == kinds.end() ? figures() : *at->second;
  }
  /// Devices that lost their connection until now, and that have one again. Once in a test.
  std::pair<std::uint32_t, std::uint32_t> lost_and_back() {
    auto const first = records.hand_over(0);
    auto const sum = [](auto const& one, auto const& other) {
      return std::accumulate(other.begin(), other.end(), std::accumulate(one.begin(), one.end(), std::uint32_t(0)));
    };
    return {sum(first.lost, records.now().lost), sum(first.back, records.now().back)};
  }

  device& add(device_kind const& k, device::life l = device::life::own) {
    devices.push_back(std::make_unique<device>(shared, *this, who, k, l));
    who.devices.push_back(devices.back().get());
    return *devices.back();
  }
  static device_kind with(std::vector<step> steps, base::duration every) {
    device_kind k;
    k.acts.push_back({"look", std::move(steps), every, 0});
    return k;
  }
  /// One device waits in IDLE while another moves a message; both are told so.
  void move_beside_an_idler(std::string const& told) {
    device_kind idler;
    idler.idles = true;
    add(idler).join(0s, 0s, 1);
    auto const mover = with({one("move")}, 10s);
    add(mover).join(0s, 0s, 0.05);
    pass(400ms);
    server.instead = [this, told](std::string_view c) -> std::optional<std::string> {
      if (!c.starts_with("MOVE")) return std::nullopt;
      server.tell_idlers(told);
      return told + "\r\nOK moved";
    };
    pass(400ms);
  }
};

}  // namespace

TEST_F(Device, FollowsItsTimetable) {
  auto const kind = with({one("noop")}, 1s);
  add(kind).join(0s, 0s, 0.5);
  pass(10s);
  EXPECT_EQ(of("noop").done, 10u);
  EXPECT_EQ(of("act.look").done, 10u);
  EXPECT_LT(of("noop").response.max(), 10'000'000u);
}

TEST_F(Device, WhatASilentServerDelaysWasDueWhenItWasDue) {
  auto const kind = with({one("noop")}, 1s);
  add(kind).join(0s, 0s, 0.5);
  pass(2s);
  server.instead = [](std::string_view) { return ""; };
  pass(5s);
  devices[0]->stop();
  devices[0]->clients()[0]->overdue(loop.now(), true);
  devices[0]->settle(7s);
  EXPECT_EQ(of("noop").done, 2u);
  EXPECT_EQ(of("noop").late, 5u) << "one was asked and not answered, four were never asked";
  EXPECT_GE(of("noop").response.max(), 4'400'000'000u) << "since 2.5 s";
}

TEST_F(Device, ComesBackAfterItsConnectionBrokeAndItsTimetableGoesOn) {
  auto const kind = with({one("noop")}, 1s);
  add(kind).join(0s, 0s, 0.5);
  pass(2s);
  server.instead = [](std::string_view c) { return c == "NOOP" ? std::optional<std::string>("reset") : std::nullopt; };
  pass(1s);
  server.instead = nullptr;
  pass(17s);
  EXPECT_EQ(of("connect").done, 2u);
  EXPECT_EQ(of("noop").failed, 1u);
  EXPECT_EQ(of("noop").done + of("noop").failed + of("noop").late, 20u) << "each that was due is accounted for";
  EXPECT_GE(of("noop").done, 15u);
}

TEST_F(Device, TurnsToTheNextEndpointAtOnceAndStaysThere) {
  offer_endpoints(3);
  reach({2});
  auto const kind = with({one("noop")}, 1s);
  add(kind).join(0s, 0s, 0.5);
  pass(300ms);
  EXPECT_EQ(at_endpoint("a left").done, 1u);
  EXPECT_EQ(at_endpoint("b left").done, 1u);
  EXPECT_EQ(at_endpoint("c connect").done, 1u);
  EXPECT_EQ(of("connect").failed, 2u);
  reach({0, 1, 2});
  server.instead = [](std::string_view c) { return c == "NOOP" ? std::optional<std::string>("reset") : std::nullopt; };
  pass(1s);
  server.instead = nullptr;
  pass(9s);
  EXPECT_EQ(at_endpoint("c connect").done, 2u) << "a broken connection is no refused one";
  EXPECT_EQ(at_endpoint("a connect").done, 0u);
  EXPECT_EQ(lost_and_back(), std::pair(2u, 2u)) << "none at the beginning, and one that broke";
}

TEST_F(Device, WhereAllEndpointsAreGoneItWaitsLongerEachTime) {
  offer_endpoints(2);
  auto kind = with({one("noop")}, 60s);
  kind.waits = {.first = 1s, .factor = 2, .most = 4s, .jitter = 0};
  add(kind).join(0s, 0s, 0.5);
  // Both at once, and again after 1, 2, 4 and 4 s.
  pass(500ms);
  EXPECT_EQ(of("connect").failed, 2u);
  for (auto const& [later, tries] : {std::pair(1s, 2u), std::pair(2s, 3u), std::pair(4s, 4u), std::pair(4s, 5u)}) {
    pass(later);
    EXPECT_EQ(of("connect").failed, 2 * tries);
  }
  reach({0, 1});
  pass(4s);
  EXPECT_EQ(of("connect").done, 1u);
  EXPECT_EQ(lost_and_back(), std::pair(1u, 1u));
}

TEST_F(Device, AnActWithAConnectionOfItsOwnGoesToTheNextEndpointToo) {
  offer_endpoints(2);
  reach({1});
  auto kind = with({one("noop")}, 1s);
  kind.stays = presence::each_act;
  add(kind).join(0s, 0s, 0.5);
  pass(3s);
  EXPECT_EQ(of("act.look").done, 3u);
  EXPECT_EQ(of("act.look").failed, 0u);
  EXPECT_EQ(at_endpoint("a left").done, 1u);
  EXPECT_EQ(at_endpoint("b connect").done, 3u);
  EXPECT_EQ(lost_and_back(), std::pair(0u, 0u)) << "it holds no connection that could be lost";
}

TEST_F(Device, AFlagThatAnotherSetIsToldToWhoIdles) {
  device_kind kind;
  kind.idles = true;
  kind.start = {one("sync")};
  auto& d = add(kind);
  d.join(0s, 0s, 1);
  pass(100ms);
  d.expect_flag(2, loop.now());
  pass(300ms);
  server.tell_idlers("* 2 FETCH (UID 2 FLAGS (\\Seen))");
  pass(100ms);
  EXPECT_EQ(of("push.flag").done, 1u);
  EXPECT_NEAR(double(of("push.flag").response.max()), 300e6, 20e6);
}

TEST_F(Device, AnExpungeByMoveIsToldToWhoIdles) {
  move_beside_an_idler("* 1 EXPUNGE");
  EXPECT_EQ(of("move").done, 1u);
  EXPECT_EQ(of("push.expunge").done, 1u);
  EXPECT_EQ(who.expunges, 0u);
}

TEST_F(Device, WhatVanishesIsToldToWhoIdles) {
  move_beside_an_idler("* VANISHED 7:8");
  EXPECT_EQ(of("push.expunge").done, 2u);
}

TEST_F(Device, AChangeWhoseConnectionBreaksIsNoLongerUnderWay) {
  for (auto const& [name, words] :
       {std::pair{"store", std::vector<std::string>{"seen"}}, {"expunge", {}}, {"move", {}}}) {
    auto const kind = with({one(name, words)}, 60s);
    auto& d = add(kind);
    server.instead = [&](std::string_view c) -> std::optional<std::string> {
      if (c.starts_with("LOGIN") || c.starts_with("SELECT")) return std::nullopt;
      EXPECT_EQ(who.stores + who.expunges, 1u) << c;
      return "reset";
    };
    d.join(loop.now(), loop.now(), 0.01);
    pass(1s);
    d.stop();
    EXPECT_EQ(who.stores + who.expunges, 0u) << name;
    EXPECT_EQ(of(name).failed, 1u) << name;
  }
}

TEST_F(Device, NewMailIsToldToWhoIdles) {
  device_kind kind;
  kind.idles = true;
  auto& d = add(kind);
  d.join(0s, 0s, 1);
  pass(100ms);
  d.expect_mail(loop.now());
  pass(500ms);
  server.tell_idlers("* 4 EXISTS");
  pass(100ms);
  EXPECT_EQ(of("push.mail").done, 1u);
  EXPECT_NEAR(double(of("push.mail").response.max()), 500e6, 20e6);
  d.expect_mail(loop.now());
  pass(31s);
  d.sweep(loop.now(), 30s);
  EXPECT_EQ(of("push.mail").late, 1u);
}

TEST_F(Device, CalledItDoesASessionAndIsFreeAgain) {
  auto kind = with({one("noop")}, 1s);
  kind.stays = presence::each_act;
  auto& d = add(kind, device::life::called);
  for (int i = 1; i <= 3; ++i) {
    d.call(loop.now());
    pass(100ms);
    EXPECT_EQ(calls_done, i);
  }
  EXPECT_EQ(of("connect").done, 3u);
  EXPECT_EQ(of("logout").done, 3u);
  EXPECT_EQ(server.open(), 0u);
}

TEST_F(Device, ADelayBetweenLoginsIsKeptAndNotAskedFor) {
  session::login_pace pace;
  pace.announced({"LOGIN-DELAY 5"});
  shared.pace = &pace;
  auto kind = with({one("stat")}, 1s);
  kind.proto = history::protocol::pop3;
  kind.stays = presence::each_act;
  kind.mailbox.clear();
  add(kind).join(0s, 0s, 0.5);
  pass(20s);
  // At 0.5 s, and then whenever it may; what was due meanwhile it does not make up for.
  EXPECT_GE(server.asked("PASS"), 4u);
  EXPECT_LE(server.asked("PASS"), 5u);
  EXPECT_EQ(of("login").failed, 0u);
  EXPECT_EQ(of("login.put-off").done, 4u);
  EXPECT_LT(of("act.look").response.max(), 1'000'000'000u) << "what the server has announced is no slowness of it";
}

}  // namespace mailrig::load::device_test
