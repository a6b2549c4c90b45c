// uid_ranges_test: ranges know what a set of numbers knows.
#include "load/uid_ranges.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/rng.hpp"

namespace mailrig::load::uid_ranges_test {

TEST(UidRanges, AnswerLikeASet) {
  base::rng random(3);
  uid_ranges ranges;
  std::set<std::uint32_t> set;
  for (int step = 0; step < 5000; ++step) {
    auto const low = std::uint32_t(1 + random.below(300)), high = low + std::uint32_t(random.below(12));
    if (random.below(2) == 0) {
      ranges.add(low, high);
      for (auto uid = low; uid <= high; ++uid) set.insert(uid);
    } else {
      ranges.remove(low, high);
      for (auto uid = low; uid <= high; ++uid) set.erase(uid);
    }
    ASSERT_EQ(ranges.size(), set.size());
    ASSERT_EQ(ranges.largest(), set.empty() ? 0 : *set.rbegin());
    if (set.empty()) continue;
    auto const n = random.below(set.size());
    ASSERT_EQ(ranges.nth(n + 1), *std::next(set.begin(), std::ptrdiff_t(n)));
  }
  EXPECT_EQ(ranges.nth(0), 0u);
  EXPECT_EQ(ranges.nth(set.size() + 1), 0u);
}

TEST(UidRanges, AreWrittenAsACommandNamesThem) {
  uid_ranges r;
  EXPECT_EQ(r.text(4), "");
  for (auto const uid : {1u, 2u, 3u, 7u, 9u, 10u}) r.add(uid);
  EXPECT_EQ(r.text(3), "1:3,7,9:10");
  EXPECT_EQ(r.text(2), "1:10");
  r.add(0xFFFFFFFF);
  EXPECT_EQ(r.text(4), "1:3,7,9:10,4294967295");
  r.add(1, 0xFFFFFFFF);
  EXPECT_EQ(r.text(4), "1:4294967295");
  r.remove(1, 0xFFFFFFFF);
  EXPECT_TRUE(r.empty());
}

TEST(UidRanges, TellWhenTheyAreTooMany) {
  uid_ranges r;
  for (std::uint32_t n = 0; n <= most_uid_ranges; ++n) r.add(2 * n + 1);
  EXPECT_TRUE(r.crowded());
  r.remove(1, 1);
  EXPECT_FALSE(r.crowded());
}

}  // namespace mailrig::load::uid_ranges_test
