// Seconds come in any order from several threads and are handed on in order, once all have them; who hands in does not
// wait for who listens.
#include "load/series.hpp"

#include <gtest/gtest.h>

#include <future>

namespace mailrig::load::series_test {

using namespace std::chrono_literals;

namespace {

interval second(std::int64_t n, std::uint64_t findings = 1) {
  interval out;
  out.second = n;
  out.findings = findings;
  return out;
}

}  // namespace

TEST(Series, HandsOnEachSecondOnceAllHaveIt) {
  std::vector<std::pair<std::int64_t, std::uint64_t>> seen;
  series s(2, [&](interval i) { seen.emplace_back(i.second, i.findings); });
  s.take(second(0, 3));
  s.take(second(1));
  s.take(second(1));
  s.take(second(0, 4));
  s.take(second(2));  // of one alone: handed on at the end
  s.end();
  EXPECT_EQ(seen, (std::vector<std::pair<std::int64_t, std::uint64_t>>{{0, 7}, {1, 2}, {2, 1}}));
}

TEST(Series, WhoLeavesIsNotWaitedFor) {
  std::vector<std::int64_t> seen;
  std::promise<void> both;
  series s(2, [&](interval i) {
    seen.push_back(i.second);
    if (i.second == 1) both.set_value();
  });
  s.take(second(0));
  s.take(second(1));
  s.leave();
  both.get_future().wait();
  s.end();
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 1}));
}

TEST(Series, WhoHandsInDoesNotWaitForTheListener) {
  std::promise<void> go_on;
  auto const allowed = go_on.get_future().share();
  std::size_t heard = 0;
  series s(1, [&](interval) {
    allowed.wait();
    ++heard;
  });
  // Would never return, were the listener called by who hands in.
  for (int i = 0; i < 100; ++i) s.take(second(i));
  EXPECT_EQ(heard, 0u);
  go_on.set_value();
  s.end();
  EXPECT_EQ(heard, 100u);
}

}  // namespace mailrig::load::series_test
