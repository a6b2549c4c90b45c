#include "load/reconnection.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::reconnection_test {

namespace {

struct change {
  std::int64_t second;
  std::size_t tenth;
  std::uint32_t lost, back;
};

std::vector<reconnection> seen(std::vector<change> const& changes, std::int64_t seconds = 10) {
  reconnection_watch w;
  for (std::int64_t s = 0; s < seconds; ++s) {
    interval p;
    p.second = s;
    for (auto const& c : changes)
      if (c.second == s) p.lost[c.tenth] += c.lost, p.back[c.tenth] += c.back;
    w.take(p);
  }
  return w.end();
}

}  // namespace

TEST(Reconnection, LastsUntilTheLastIsBack) {
  struct {
    std::vector<change> changes;
    std::vector<reconnection> expected;
  } const table[] = {
      {{}, {}},
      // One that is back at once.
      {{{2, 5, 1, 1}}, {{2.5, 2.6, true, 1, 1}}},
      // Forty at a blow, back one after the other.
      {{{3, 0, 40, 0}, {4, 0, 0, 10}, {5, 9, 0, 29}, {7, 2, 0, 1}}, {{3.0, 7.3, true, 40, 40}}},
      // More are lost while the first come back.
      {{{1, 0, 2, 0}, {1, 5, 3, 1}, {2, 0, 0, 4}}, {{1.0, 2.1, true, 5, 5}}},
      // Two of them.
      {{{1, 0, 1, 0}, {1, 9, 0, 1}, {6, 0, 2, 0}, {6, 4, 0, 2}}, {{1.0, 2.0, true, 1, 1}, {6.0, 6.5, true, 2, 2}}},
      // Not all are back when the run is over.
      {{{8, 0, 3, 0}, {9, 0, 0, 2}}, {{8.0, 10.0, false, 3, 3}}},
  };
  for (auto const& t : table) {
    auto const got = seen(t.changes);
    ASSERT_EQ(got.size(), t.expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_NEAR(got[i].from, t.expected[i].from, 1e-9);
      EXPECT_NEAR(got[i].to, t.expected[i].to, 1e-9);
      EXPECT_NEAR(got[i].took(), t.expected[i].to - t.expected[i].from, 1e-9);
      EXPECT_EQ(got[i].over, t.expected[i].over);
      EXPECT_EQ(got[i].devices, t.expected[i].devices);
      EXPECT_EQ(got[i].most, t.expected[i].most);
    }
  }
}

TEST(Reconnection, SecondsOfSeveralThreadsAddUp) {
  interval one, other;
  one.lost[3] = 2;
  other.lost[3] = 1;
  other.back[7] = 3;
  one.merge(other);
  reconnection_watch w;
  w.take(one);
  ASSERT_EQ(w.so_far().size(), 1u);
  EXPECT_EQ(w.so_far()[0].devices, 3u);
  EXPECT_NEAR(w.so_far()[0].took(), 0.5, 1e-9);
  EXPECT_TRUE(w.so_far()[0].over);
}

TEST(Reconnection, TheFirstThousandAreKeptAsTheyWere) {
  std::vector<change> changes;
  for (std::int64_t s = 0; s < 300; ++s)
    for (std::size_t tenth : {0, 2, 4, 6, 8}) changes.push_back({s, tenth, 1, 1});
  auto const got = seen(changes, 300);
  ASSERT_EQ(got.size(), 1000u);
  EXPECT_NEAR(got.back().from, 199.8, 1e-9);
  EXPECT_EQ(got.back().devices, 1u);
}

}  // namespace mailrig::load::reconnection_test
