#include "load/tally.hpp"

#include <gtest/gtest.h>

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

}  // namespace mailrig::load::tally_test
