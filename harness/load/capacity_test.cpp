#include "load/capacity.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mailrig::load::capacity_test {

namespace {

/// A server that holds so much; above `rig` no trial is valid.
struct model {
  double holds, rig = 1e9;
  int trials = 0;
  trial operator()(double load, bool soak) {
    ++trials;
    trial t;
    t.load = load;
    t.soak = soak;
    t.came = load > rig ? trial_verdict::invalid : load <= holds ? trial_verdict::met : trial_verdict::missed;
    t.rate = load * 3 / (1 + 0.0001 * load * load);
    slo_verdict v;
    v.text = "p99 < 1s";
    v.met = t.came == trial_verdict::met;
    v.measured = v.decided = true;
    t.slos.push_back(std::move(v));
    return t;
  }
};

capacity_result find(model& m, double most = 10000) {
  std::atomic<bool> const go_on{false};
  capacity_options o;
  o.most = most;
  return search_capacity(
      o, [&](double load, bool soak) { return m(load, soak); }, go_on);
}

}  // namespace

TEST(Capacity, TheBracketHoldsTheTruthWithinItsTolerance) {
  model m{333};
  auto const r = find(m);
  EXPECT_LE(r.holds, 333);
  EXPECT_GT(r.breaks, 333);
  EXPECT_LE(r.breaks / r.holds, 1.051);
  EXPECT_EQ(r.first_broken, "p99 < 1s");
  EXPECT_TRUE(r.trials.back().soak);
  EXPECT_LT(m.trials, 30);
}

TEST(Capacity, InvalidTrialsBoundNothing) {
  model m{1000, 200};
  auto const r = find(m);
  EXPECT_EQ(r.holds, 160);
  EXPECT_EQ(r.breaks, 0);
  EXPECT_NE(r.limit.find("no valid measurement"), std::string::npos);
}

TEST(Capacity, TheEndsAreTold) {
  model none{5};
  EXPECT_EQ(find(none).holds, 0);
  model all{1e6};
  auto const r = find(all, 500);
  EXPECT_EQ(r.holds, 500);
  EXPECT_FALSE(r.limit.empty());
}

TEST(Usl, FindsTheLawThatMadeThePoints) {
  usl_fit const law{100, 0.02, 0.0005, 1, std::nullopt};
  std::vector<std::pair<double, double>> points;
  for (double n : {1, 2, 4, 8, 16, 32, 64}) points.emplace_back(n, law.at(n));
  auto const f = fit_usl(points);
  ASSERT_TRUE(f);
  EXPECT_NEAR(f->lambda, 100, 0.01);
  EXPECT_NEAR(f->sigma, 0.02, 1e-5);
  EXPECT_NEAR(f->kappa, 0.0005, 1e-7);
  EXPECT_NEAR(*f->peak, std::sqrt(0.98 / 0.0005), 0.1);
  EXPECT_NEAR(f->r2, 1, 1e-9);
  EXPECT_FALSE(fit_usl({{1, 100}, {2, 200}}));
  auto const straight = fit_usl({{1, 10}, {2, 20}, {4, 40}, {8, 81}});
  ASSERT_TRUE(straight);
  EXPECT_FALSE(straight->peak);
  points.resize(4);  // up to 8: the peak, at 44, is far from there
  EXPECT_FALSE(fit_usl(points)->peak);
}

}  // namespace mailrig::load::capacity_test
