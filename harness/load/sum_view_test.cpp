// While several shards play, who looks on at the first sees the sum: what was done and refused by any of them, and whom
// any of them lost.
#include "load/sum_view.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::sum_view_test {

namespace {

interval second_of_a_shard(std::uint64_t done, std::uint64_t refused) {
  interval out;
  auto const kind = kind_named("noop");
  out.kinds.resize(kind + 1u);
  out.kinds[kind] = std::make_unique<interval::of_kind>();
  out.kinds[kind]->done = done, out.kinds[kind]->failed = refused;
  out.kinds[kind]->refusals.add({refusal_kind::limit, "LIMIT", "slowly"}, refused);
  out.lost[2] = 1, out.back[6] = 1;
  return out;
}

}  // namespace

TEST(SumView, ShowsWhatAllShardsHaveMet) {
  load_record seen;
  series_row last;
  std::size_t times = 0;
  sum_view view(2, {*read_slo("errors < 50%")}, [&](series_row const& row, load_record const& so_far) {
    ++times, last = row;
    seen.profile = so_far.profile, seen.users = so_far.users;
    seen.figures.merge(so_far.figures);
    seen.reconnections = so_far.reconnections;
    seen.slos = so_far.slos;
  });
  load_record own;
  own.profile = "office", own.users = 40;
  series_row machine;
  machine.own_memory = 5;
  view.know(machine, own);
  view.take(second_of_a_shard(3, 1));
  view.take(second_of_a_shard(4, 2));
  view.end();
  EXPECT_EQ(times, 1u);
  EXPECT_EQ(seen.profile, "office");
  EXPECT_EQ(seen.users, 40u);
  auto const& noop = seen.figures.of(kind_named("noop"));
  EXPECT_EQ(noop.done, 7u);
  EXPECT_EQ(noop.failed, 3u);
  EXPECT_EQ(noop.refusals.by_policy(), 3u);
  ASSERT_EQ(seen.reconnections.size(), 1u);
  EXPECT_EQ(seen.reconnections[0].devices, 2u);
  ASSERT_EQ(seen.slos.size(), 1u);
  EXPECT_FALSE(seen.slos[0].missed());
  EXPECT_EQ(last.done, 7u);
  EXPECT_EQ(last.own_memory, 5u);
}

}  // namespace mailrig::load::sum_view_test
