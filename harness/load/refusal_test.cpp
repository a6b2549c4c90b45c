// What servers say when they decline, by kind; counts that add; a server that declines is not away.
#include "load/refusal.hpp"

#include <gtest/gtest.h>

#include "load/client_fixture.hpp"
#include "load/exchange.hpp"
#include "load/outage.hpp"
#include "load/tar_pit.hpp"

namespace mailrig::load::refusal_test {

using namespace std::chrono_literals;
using history::protocol;

TEST(Refusal, IsOfAKindByItsCodeAndItsWords) {
  struct row {
    std::string_view code, words;
    bool farewell;
    refusal_kind kind;
  };
  row const rows[] = {
      {"LIMIT", "no more today", false, refusal_kind::limit},
      {"LIMIT", "Too many connections", false, refusal_kind::connections},
      {"UNAVAILABLE", "Maximum number of connections from user+IP exceeded (10)", false, refusal_kind::connections},
      {"UNAVAILABLE", "backend is away", false, refusal_kind::unavailable},
      {"", "Temporary failure, try again", false, refusal_kind::unavailable},
      {"SYS/TEMP", "mail store is away", false, refusal_kind::unavailable},
      {"SYS/TEMP", "too many simultaneous logins", false, refusal_kind::connections},
      {"INUSE", "others have it selected", false, refusal_kind::in_use},
      {"IN-USE", "do you have another session running?", false, refusal_kind::in_use},
      {"", "unable to get maildrop lock", false, refusal_kind::in_use},
      {"OVERQUOTA", "full", false, refusal_kind::over_quota},
      {"", "Quota exceeded", false, refusal_kind::over_quota},
      {"LOGIN-DELAY", "come later", false, refusal_kind::login_delay},
      {"", "minimum login delay not met", false, refusal_kind::login_delay},
      {"AUTHENTICATIONFAILED", "too many connections", false, refusal_kind::credentials},
      {"AUTH", "wrong name or password", false, refusal_kind::credentials},
      {"", "Authentication failed.", false, refusal_kind::credentials},
      {"NOPERM", "not yours", false, refusal_kind::not_permitted},
      {"SERVERBUG", "that should not happen", false, refusal_kind::other},
      {"ALERT", "Too many connections for user", true, refusal_kind::connections},
      {"", "Disconnected for inactivity.", true, refusal_kind::idle},
      {"", "idle for too long", false, refusal_kind::other},
      {"", "Server shutting down.", true, refusal_kind::shutdown},
      {"UNAVAILABLE", "server is going down", true, refusal_kind::shutdown},
      {"", "your account is blocked", false, refusal_kind::other},
      {"", "", true, refusal_kind::other},
  };
  for (auto const& r : rows)
    EXPECT_EQ(name_of(kind_of_refusal(r.code, r.words, r.farewell)), name_of(r.kind)) << r.code << ' ' << r.words;
}

TEST(Refusal, KindsHaveNamesAndAPolicy) {
  for (std::size_t k = 0; k < refusal_kinds; ++k)
    EXPECT_EQ(refusal_kind_named(name_of(refusal_kind(k))), refusal_kind(k));
  EXPECT_FALSE(refusal_kind_named("rudeness"));
  for (auto const k : {refusal_kind::connections, refusal_kind::over_quota, refusal_kind::idle})
    EXPECT_TRUE(is_policy(k));
  for (auto const k : {refusal_kind::shutdown, refusal_kind::credentials, refusal_kind::other})
    EXPECT_FALSE(is_policy(k));
}

TEST(Refusal, CountsAddWhoeverCountedAndStayBounded) {
  refusal_counts one, other;
  for (std::size_t i = 0; i < 3 * refusal_counts::most; ++i)
    (i % 2 ? one : other).add({refusal_kind::limit, "LIMIT", "session " + std::to_string(i)});
  one.add({refusal_kind::credentials, "AUTH", "no"}, 7);
  one.merge(refusals_of(nlohmann::json::parse(to_json(other).dump())));
  EXPECT_EQ(one.by_policy(), 3 * refusal_counts::most);
  EXPECT_LE(one.all().size(), refusal_counts::most + refusal_kinds);
  std::uint64_t all = 0;
  for (auto const& [r, times] : one.all()) all += times;
  EXPECT_EQ(all, 3 * refusal_counts::most + 7);
}

namespace {

struct refused_owner final : client_owner {
  void on_ready(client&, base::instant, bool) override { ++ready; }
  void on_closed(client&, base::instant, std::string const& reason) override { ++closed, why = reason; }
  void on_told(client&, model::item const&) override {}
  int ready = 0, closed = 0;
  std::string why;
};

struct RefusedClient : client_fixture {
  refused_owner whose;
  device_memory memory;
  client c{shared, whose, memory};
  RefusedClient() { by_id[0] = &c; }

  void open(protocol p) {
    c.open(0, where(p), p, {"u1", "secret", {}}, p == protocol::imap ? "INBOX" : "", loop.now(), loop.now());
    until([&] { return whose.ready + whose.closed > 0; });
  }
  std::map<refusal, std::uint64_t> refused(std::string_view kind) { return of(kind).refusals.all(); }
  std::uint32_t slots(std::array<std::uint32_t, interval::tenths> const& of) {
    std::uint32_t n = 0;
    for (auto const k : of) n += k;
    return n;
  }
};

}  // namespace

TEST_F(RefusedClient, ALoginIsRefusedWithWordsWithoutTheUser) {
  server.instead = [](std::string_view c) {
    return c.starts_with("LOGIN") ? std::optional<std::string>("NO [UNAVAILABLE] too many connections for u1 (u11)")
                                  : std::nullopt;
  };
  open(protocol::imap);
  EXPECT_EQ(whose.closed, 1);
  EXPECT_EQ(of("login").failed, 1u);
  refusal const expected{refusal_kind::connections, "UNAVAILABLE", "too many connections for USER (u11)"};
  EXPECT_EQ(refused("login"), (std::map<refusal, std::uint64_t>{{expected, 1}}));
  EXPECT_EQ(of("login").declined.count(), 1u);
  EXPECT_EQ(slots(records.now().refused), 1u);
  EXPECT_EQ(slots(records.now().broken), 0u) << "the server is there";
}

TEST_F(RefusedClient, AMaildropThatIsHeldAndADelayThatTeaches) {
  session::login_pace pace;
  shared.pace = &pace;
  server.instead = [](std::string_view c) {
    return c.starts_with("PASS") ? std::optional<std::string>("-ERR [LOGIN-DELAY] u1 was here") : std::nullopt;
  };
  open(protocol::pop3);
  EXPECT_EQ(whose.closed, 1);
  refusal const expected{refusal_kind::login_delay, "LOGIN-DELAY", "USER was here"};
  EXPECT_EQ(refused("login"), (std::map<refusal, std::uint64_t>{{expected, 1}}));
  EXPECT_GT(pace.wait("u1", loop.now()), 0s);
}

TEST_F(RefusedClient, AByeOnTheWayIsARefusalOfWhatWasUnderWay) {
  open(protocol::imap);
  ASSERT_EQ(whose.ready, 1);
  server.instead = [&](std::string_view) { return "* BYE idle for too long\r\nBAD what"; };
  std::vector<step> const program{one("noop"), one("noop")};
  c.run(program, loop.now(), loop.now());
  until([&] { return whose.ready > 1; });
  server.instead = [](std::string_view) { return "close"; };
  c.run(program, loop.now(), loop.now());
  until([&] { return whose.closed > 0; });
  EXPECT_EQ(whose.why, "ended by the server: idle for too long");
  auto const all = refused("noop");
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.begin()->first.kind, refusal_kind::idle);
  EXPECT_EQ(slots(records.now().broken), 0u);
}

TEST(Outage, AServerThatDeclinesEverythingIsThere) {
  outage_watch w;
  auto const second = [](std::int64_t n, std::uint32_t good, std::uint32_t refused) {
    interval p;
    p.second = n;
    p.good.fill(good);
    p.refused.fill(refused);
    p.devices.waiting = 3;
    return p;
  };
  for (int n = 0; n < 3; ++n) w.take(second(n, 5, 0));
  for (int n = 3; n < 8; ++n) w.take(second(n, 0, 5));
  EXPECT_TRUE(w.so_far().empty());
  for (int n = 8; n < 11; ++n) w.take(second(n, 0, 0));
  EXPECT_EQ(w.end().size(), 1u) << "silence is";
}

namespace {

/// So many logins done, each after that time, and so many declined.
void login(tally& t, int times, base::duration took, bool declined = false) {
  refusal const by{refusal_kind::credentials, "AUTH", "no"};
  for (int i = 0; i < times; ++i)
    t.record({kind_named("login"), 0s, 0s, 0s, took + i * 1us, declined ? outcome::failed : outcome::done}, "",
             declined ? &by : nullptr);
}

}  // namespace

TEST(TarPit, IsToldFromSlowness) {
  struct row {
    char const* about;
    std::vector<std::tuple<int, base::duration, bool>> logins;
    std::vector<tar_pit::form> found;
  };
  row const rows[] = {
      {"quick", {{100, 5ms, false}}, {}},
      {"refusals are quick", {{100, 5ms, false}, {20, 6ms, true}}, {}},
      {"refusals wait", {{100, 5ms, false}, {20, 2s, true}}, {tar_pit::form::refusals}},
      {"too few refusals", {{100, 5ms, false}, {4, 2s, true}}, {}},
      {"some wait", {{95, 5ms, false}, {15, 1s, false}}, {tar_pit::form::some}},
      {"one straggler", {{95, 5ms, false}, {1, 1s, false}}, {}},
      {"slow, in all lengths", {{20, 50ms, false}, {20, 90ms, false}, {20, 170ms, false}, {20, 320ms, false}}, {}},
      {"all wait", {{40, 1s, false}}, {tar_pit::form::all}},
  };
  for (auto const& r : rows) {
    tally t;
    for (auto const& [times, took, declined] : r.logins) login(t, times, took, declined);
    std::vector<tar_pit::form> found;
    auto const pits = find_tar_pits(t);
    for (auto const& p : pits) {
      found.push_back(p.how);
      EXPECT_NE(in_words(p), "");
    }
    EXPECT_EQ(found, r.found) << r.about;
  }
}

}  // namespace mailrig::load::refusal_test
