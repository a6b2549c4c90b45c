// rank_sum_test: against values worked out by hand, and against chance.
#include "base/rank_sum.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"

namespace mailrig::base::rank_sum_test {
namespace {

TEST(RankTest, KnowsSmallSamples) {
  auto const apart = rank_test({1, 2, 3, 4, 5, 6, 7, 8}, {11, 12, 13, 14, 15, 16, 17, 18});
  EXPECT_DOUBLE_EQ(apart.superior, 0);
  EXPECT_NEAR(apart.p, 0.00094, 0.0002);  // z = (32 - 0.5) / sqrt(64 * 17 / 12)
  EXPECT_DOUBLE_EQ(rank_test({11, 12, 13}, {1, 2, 3}).superior, 1);
  auto const alike = rank_test({1, 2, 3, 4}, {1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(alike.superior, 0.5);
  EXPECT_DOUBLE_EQ(alike.p, 1);
}

TEST(RankTest, OfNothingNothingIsKnown) {
  EXPECT_DOUBLE_EQ(rank_test({}, {1}).p, 1);
  EXPECT_DOUBLE_EQ(rank_test({2, 2, 2}, {2, 2, 2}).p, 1);  // all tied
}

/// Of samples of one distribution with a long tail, one in a hundred is taken for two at p < 0.01, and hardly more.
TEST(RankTest, AccusesNoMoreOftenThanItSays) {
  rng chance(7);
  int accused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<double> first, second;
    for (int i = 0; i < 40; ++i) {
      first.push_back(1 / chance.unit());
      second.push_back(1 / chance.unit());
    }
    accused += rank_test(first, second).p < 0.01;
  }
  EXPECT_LT(accused, 36);
}

}  // namespace
}  // namespace mailrig::base::rank_sum_test
