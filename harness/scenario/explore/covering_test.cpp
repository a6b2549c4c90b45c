#include "scenario/explore/covering.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mailrig::scenario::covering_test {

using scenario::covering_row;
using scenario::covering_rows;
using scenario::pair_tally;

namespace {

using rows = std::vector<covering_row>;

/// Counted by itself, without the tally.
std::size_t pairs_in(rows const& all) {
  std::set<std::vector<std::size_t>> seen;
  for (auto const& r : all)
    for (std::size_t a = 0; a < r.size(); ++a)
      for (std::size_t b = a + 1; b < r.size(); ++b) seen.insert({a, r[a], b, r[b]});
  return seen.size();
}

}  // namespace

TEST(Covering, EveryPairStandsInARow) {
  std::vector<std::vector<std::size_t>> const shapes{{2, 2}, {2, 3, 4}, {5, 5, 5, 5}, {35, 14, 3}, {1, 4, 1, 9, 2, 2}};
  for (auto const& sizes : shapes)
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      base::rng random(seed);
      auto const all = covering_rows(sizes, random);
      std::size_t wanted = 0;
      for (std::size_t a = 0; a < sizes.size(); ++a)
        for (std::size_t b = a + 1; b < sizes.size(); ++b) wanted += sizes[a] * sizes[b];
      EXPECT_EQ(pairs_in(all), wanted);
      for (auto const& r : all) {
        ASSERT_EQ(r.size(), sizes.size());
        for (std::size_t f = 0; f < r.size(); ++f) EXPECT_LT(r[f], sizes[f]);
      }
    }
}

TEST(Covering, RowsAreFewerThanAllCombinations) {
  base::rng random(1);
  EXPECT_LT(covering_rows({5, 5, 5, 5, 5, 5}, random).size(), 60u);  // of 15,625
}

TEST(Covering, ASeedGivesItsRowsAgainAndAnotherOnesDiffer) {
  auto of = [](std::uint64_t seed) {
    base::rng random(seed);
    return covering_rows({4, 4, 4, 3}, random);
  };
  EXPECT_EQ(of(7), of(7));
  EXPECT_NE(of(7), of(8));
}

TEST(Covering, ASingleFactorShowsEachOfItsLevels) {
  base::rng random(3);
  auto const all = covering_rows({6}, random);
  EXPECT_EQ(std::set<covering_row>(all.begin(), all.end()).size(), 6u);
  EXPECT_EQ(all.size(), 6u);
}

TEST(Covering, WhatIsMissingIsNamed) {
  pair_tally t({2, 2});
  t.meet({0, 1});
  t.meet({1, 0});
  t.meet({1, 0});
  EXPECT_EQ(t.total(), 4u);
  EXPECT_EQ(t.met(), 2u);
  auto const left = t.missing(10);
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].level_a, 0u);
  EXPECT_EQ(left[0].level_b, 0u);
  EXPECT_EQ(t.missing(1).size(), 1u);
}

}  // namespace mailrig::scenario::covering_test
