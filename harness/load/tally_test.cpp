#include "load/tally.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/rng.hpp"
#include "load/comparison.hpp"
#include "load/exchange.hpp"

namespace mailrig::load::tally_test {

using namespace std::chrono_literals;

namespace {

operation op(char const* kind, base::duration lag, base::duration service) {
  return {kind_named(kind), 10s, 10s, 10s + lag, 10s + lag + service, outcome::done};
}

}  // namespace

TEST(Tally, LagIsSplitAtTheTimeWhenItWasFree) {
  tally t;
  t.record({kind_named("noop"), 1s, 3s, 3500ms, 4s, outcome::done});
  auto const& f = t.of(kind_named("noop"));
  auto near = [](std::uint64_t ns, base::duration d) {
    EXPECT_NEAR(double(ns), double(d.count()), 1e-3 * double(d.count()));
  };
  near(f.response.max(), 3s);
  near(f.service.max(), 500ms);
  near(f.blocked.max(), 2s);
  near(f.dispatch.max(), 500ms);
}

TEST(Tally, MergeAndTransportAreExact) {
  base::rng random(3);
  tally one, other, both;
  for (int i = 0; i < 5000; ++i) {
    auto const o =
        op(i % 3 ? "noop" : "login", base::duration(random.below(1'000'000)), base::duration(random.next() >> 30));
    (i % 2 ? one : other).record(o);
    both.record(o);
  }
  one.record({kind_named("login"), 0s, 0s, 0s, 0s, outcome::failed}, "NO");
  both.record({kind_named("login"), 0s, 0s, 0s, 0s, outcome::failed}, "NO");
  one.merge(tally_of(nlohmann::json::parse(to_json(other).dump())));
  EXPECT_EQ(to_json(one), to_json(both));
  EXPECT_EQ(one.operations(), 5001u);
  EXPECT_EQ(one.unsuccessful(), 1u);
}

TEST(Comparison, ChanceIsNoRegressionAndASlowdownIs) {
  base::rng random(5);
  auto run = [&](double factor) {
    tally t;
    for (int i = 0; i < 4000; ++i)
      t.record(op("fetch.body", 0ns, base::duration(std::int64_t((1e6 + random.unit() * 1e6) * factor))));
    return t;
  };
  auto worst = [](std::vector<difference> const& all) {
    auto out = change::none;
    for (auto const& d : all) out = std::max(out, d.is);
    return out;
  };
  auto const before = run(1);
  EXPECT_EQ(worst(compare(before, run(1), 0.02)), change::none);
  EXPECT_EQ(worst(compare(before, run(1.2), 0.05)), change::worse);
  EXPECT_EQ(worst(compare(before, run(1.2), 0.5)), change::none) << "within the tolerance";
  EXPECT_EQ(worst(compare(run(1.2), run(1), 0.05)), change::better);
}

TEST(Comparison, IsDecidedByIntervalsAndSaysWhereThereAreTooFew) {
  struct row {
    char const* about;
    int before, after;       // how many logins
    base::duration was, is;  // how long each, with a spread of a tenth
    double tolerance;
    change p50, p99;
  };
  row const rows[] = {
      {"the same", 1000, 1000, 10ms, 10ms, 0.05, change::none, change::none},
      {"slower", 1000, 1000, 10ms, 12ms, 0.05, change::worse, change::worse},
      {"faster", 1000, 1000, 12ms, 10ms, 0.05, change::better, change::better},
      {"slower, as is borne", 1000, 1000, 10ms, 12ms, 0.5, change::none, change::none},
      {"too few for p99 before", 60, 1000, 10ms, 20ms, 0.05, change::worse, change::too_few},
      {"too few for p99 after", 1000, 60, 10ms, 20ms, 0.05, change::worse, change::too_few},
      {"a handful", 3, 3, 10ms, 20ms, 0.05, change::none, change::too_few},
      {"p99 is carried and not bounded before", 120, 1000, 10ms, 12ms, 0.05, change::worse, change::none},
  };
  for (auto const& r : rows) {
    auto const run = [](int times, base::duration each) {
      tally t;
      for (int i = 0; i < times; ++i) t.record(op("login", 0ns, each + each * (i % 100) / 1000));
      return t;
    };
    auto const all = compare(run(r.before, r.was), run(r.after, r.is), r.tolerance);
    for (auto const& d : all) {
      if (d.figure == "p50") {
        EXPECT_EQ(name_of(d.is), name_of(r.p50)) << r.about;
      }
      if (d.figure == "p99") {
        EXPECT_EQ(name_of(d.is), name_of(r.p99)) << r.about;
      }
    }
  }
}

TEST(Comparison, RefusalsByPolicyAreAFigureOfTheirOwn) {
  refusal const limit{refusal_kind::limit, "LIMIT", ""};
  auto const run = [&](int refused) {
    tally t;
    for (int i = 0; i < 1000; ++i) t.record(op("login", 0ns, 1ms));
    for (int i = 0; i < refused; ++i) t.record({kind_named("login"), 0s, 0s, 0s, 1ms, outcome::failed}, "NO", &limit);
    t.record(op(refused > 0 ? "noop" : "select", 0ns, 1ms));
    return t;
  };
  auto const all = compare(run(0), run(200), 0.05);
  EXPECT_EQ(std::ranges::count_if(all, [](auto const& d) { return d.figure == "refused" && d.is == change::worse; }),
            1);
  auto const lone = not_in_both(run(0), run(200));
  ASSERT_EQ(lone.size(), 2u);
  EXPECT_EQ(lone[0], (std::pair<std::string, std::string>("select", "only before")));
  EXPECT_EQ(lone[1], (std::pair<std::string, std::string>("noop", "only after")));
}

}  // namespace mailrig::load::tally_test
