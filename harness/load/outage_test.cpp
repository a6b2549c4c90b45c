#include "load/outage.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::outage_test {

namespace {

/// A second in which `good` operations were done in each tenth from `from` on, up to `to`.
interval second(std::int64_t n, std::size_t from, std::size_t to, std::uint32_t broken = 0) {
  interval p;
  p.second = n;
  for (auto i = from; i < to; ++i) p.good[i] = 5;
  if (broken) p.broken[9] = broken;
  p.devices.waiting = 3;
  return p;
}

}  // namespace

TEST(Outage, AStallIsFromItsFirstSilentTenthToTheFirstAnswer) {
  outage_watch w;
  w.take(second(0, 0, 10));
  w.take(second(1, 0, 5));  // silent from 1.5 s
  w.take(second(2, 0, 0));
  w.take(second(3, 2, 10));  // to 3.2 s
  auto const all = w.end();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_NEAR(all[0].from, 1.5, 1e-9);
  EXPECT_NEAR(all[0].to, 3.2, 1e-9);
  EXPECT_EQ(all[0].kind, "stalled");
  EXPECT_TRUE(all[0].over);
}

TEST(Outage, ABrokenServerThatDoesNotComeBackIsOpen) {
  outage_watch w;
  w.take(second(0, 0, 10));
  w.take(second(1, 0, 0, 7));
  w.take(second(2, 0, 0, 7));
  auto const all = w.end();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].kind, "broken");
  EXPECT_FALSE(all[0].over);
  EXPECT_EQ(all[0].broken, 14u);
}

TEST(Outage, AQuietPopulationIsNone) {
  outage_watch w;
  for (int n = 0; n < 20; ++n) {
    auto p = second(n, 3, 4);
    p.good[3] = 1;
    w.take(p);
  }
  EXPECT_TRUE(w.end().empty());
}

}  // namespace mailrig::load::outage_test
