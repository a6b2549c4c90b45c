// growth_test: what grows faster than it may is told, whatever else grows beside it; nobody is accused by a noisy
// machine, a full cache or a cost that does not matter.
#include "stress/cost/growth.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "base/rng.hpp"

namespace mailrig::stress::growth_test {
namespace {

using judgement = growth::judgement;

/// Seconds of a server: by size, with noise: each take is up to `noise` times longer, and now and then ten times.
std::vector<cost_at> taken(std::function<double(double)> const& seconds, double noise, std::uint64_t seed,
                           std::size_t rounds = 5) {
  base::rng random(seed);
  std::vector<cost_at> out;
  for (double n = 64; n <= 64 * 128; n *= 2) {
    cost_at at{n, {}, false};
    for (std::size_t r = 0; r < rounds; ++r) {
      auto const late = 1 + noise * double(random.below(1000)) / 1000;
      at.takes.push_back(seconds(n) * late * (random.below(10) == 0 && noise > 0 ? 1 + 9 * noise : 1));
    }
    out.push_back(at);
  }
  return out;
}

growth_rule const linear{1, 0.005, false};
judgement judged(std::function<double(double)> const& seconds, double noise = 0, std::uint64_t seed = 1) {
  return judge_growth(taken(seconds, noise, seed), linear).is;
}

TEST(GrowthTest, WhatIsFair) {
  EXPECT_EQ(judged([](double n) { return 1e-5 * n; }), judgement::fair);
  EXPECT_EQ(judged([](double n) { return 1e-2 + 1e-5 * n; }), judgement::fair);
  EXPECT_EQ(judged([](double n) { return 1e-6 * n * std::log(n); }), judgement::fair);
  EXPECT_EQ(judged([](double) { return 0.2; }), judgement::fair);
}

TEST(GrowthTest, WhatIsNot) {
  EXPECT_EQ(judged([](double n) { return 1e-8 * n * n; }), judgement::superlinear);
  EXPECT_EQ(judged([](double n) { return 1e-3 + 1e-6 * n + 1e-8 * n * n; }), judgement::superlinear);
  EXPECT_EQ(judged([](double n) { return 1e-8 * std::pow(n, 1.7); }), judgement::superlinear);
}

TEST(GrowthTest, WhatDoesNotMatter) {
  EXPECT_EQ(judged([](double n) { return 1e-11 * n * n; }), judgement::fair);
}

TEST(GrowthTest, AFullCacheIsOneStep) {
  EXPECT_NE(judged([](double n) { return (n > 2000 ? 3e-5 : 1e-5) * n; }), judgement::superlinear);
  EXPECT_NE(judged([](double n) { return (n > 4000 ? 9e-5 : 1e-5) * n; }), judgement::superlinear);
}

/// A machine on which everything takes up to twice as long, and one take of ten ten times.
TEST(GrowthTest, NoiseAccusesNobody) {
  int accused = 0, missed = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    accused += judged([](double n) { return 1e-5 * n; }, 1, seed) == judgement::superlinear;
    accused += judged([](double n) { return 1e-3 + 2e-6 * n * std::log(n); }, 1, seed) == judgement::superlinear;
    missed += judged([](double n) { return 1e-8 * n * n; }, 1, seed) == judgement::fair;
  }
  EXPECT_EQ(accused, 0);
  EXPECT_EQ(missed, 0);
}

TEST(GrowthTest, WhatMustNotBeKept) {
  growth_rule const nothing{0, 8e6, false};
  EXPECT_EQ(judge_growth(taken([](double n) { return 1e5 * n; }, 0, 1), nothing).is, judgement::superlinear);
  EXPECT_EQ(judge_growth(taken([](double) { return 3e7; }, 0, 1), nothing).is, judgement::fair);
  EXPECT_EQ(judge_growth(taken([](double n) { return 100 * n; }, 0, 1), nothing).is, judgement::fair);
}

TEST(GrowthTest, WhatIsNeverAnswered) {
  std::vector<cost_at> sizes{{8, {0.001, 0.001}, false}, {16, {0.001, 0.002}, false}, {32, {10, 10}, true}};
  EXPECT_EQ(judge_growth(sizes, linear).is, judgement::superlinear);
  sizes.back().takes = {10};  // once is nothing
  EXPECT_EQ(judge_growth(sizes, linear).is, judgement::undecided);
  EXPECT_EQ(judge_growth({}, linear).is, judgement::undecided);
  EXPECT_EQ(judge_growth({{8, {1}, false}}, linear).is, judgement::undecided);
}

}  // namespace
}  // namespace mailrig::stress::growth_test
