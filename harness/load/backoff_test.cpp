#include "load/backoff.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::backoff_test {

using namespace std::chrono_literals;

TEST(Backoff, GrowsByItsFactorUpToItsMost) {
  struct {
    backoff how;
    std::vector<base::duration> pauses;  ///< after one failure, after two ...
  } const table[] = {
      {{2s, 1, 60s, 0}, {2s, 2s, 2s, 2s}},
      {{1s, 2, 60s, 0}, {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}},
      {{500ms, 3, 4s, 0}, {500ms, 1500ms, 4s, 4s}},
      {{10s, 2, 10s, 0}, {10s, 10s}},
  };
  base::rng chance(1);
  for (auto const& t : table)
    for (std::size_t n = 0; n < t.pauses.size(); ++n) {
      EXPECT_EQ(t.how.mean(unsigned(n + 1)), t.pauses[n]) << n;
      EXPECT_EQ(t.how.pause(unsigned(n + 1), chance), t.pauses[n]) << n;
    }
}

TEST(Backoff, ManyFailuresDoNotOverflow) {
  base::rng chance(1);
  EXPECT_EQ((backoff{1s, 100, 60s, 0}).pause(4'000'000'000u, chance), 60s);
}

TEST(Backoff, JitterIsAPartOfThePauseBothWays) {
  backoff const how{4s, 1, 60s, 0.25};
  base::rng chance(7);
  base::duration least = base::duration::max(), most{}, sum{};
  constexpr int draws = 10000;
  for (int i = 0; i < draws; ++i) {
    auto const p = how.pause(1, chance);
    least = std::min(least, p);
    most = std::max(most, p);
    sum += p;
  }
  EXPECT_GE(least, 3s);
  EXPECT_LE(most, 5s);
  EXPECT_LT(least, 3100ms);
  EXPECT_GT(most, 4900ms);
  EXPECT_NEAR(double((sum / draws).count()), 4e9, 5e7);
}

TEST(Backoff, IsReadFromATable) {
  auto root = *scenario::toml_table::parse("[backoff]\nfirst = '1s'\nfactor = 2\njitter = 0\n", "/x/p.toml", "profile");
  auto const read = read_backoff(root.table("backoff", ""), {});
  EXPECT_FALSE(root.mistake());
  EXPECT_EQ(read.mean(3), 4s);
  EXPECT_EQ(read.most, 60s);
  EXPECT_EQ(read.jitter, 0);
  for (auto const* wrong :
       {"first = '1ms'", "first = 'soon'", "factor = 0.5", "jitter = 2", "most = '1s'", "frist = '1s'"}) {
    auto bad = *scenario::toml_table::parse(std::string("[backoff]\n") + wrong + "\n", "/x/p.toml", "profile");
    (void)read_backoff(bad.table("backoff", ""), {});
    EXPECT_TRUE(bad.mistake()) << wrong;
  }
}

}  // namespace mailrig::load::backoff_test
