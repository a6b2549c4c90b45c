#include "load/timetable.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mailrig::load::timetable_test {

using namespace std::chrono_literals;

namespace {

std::vector<base::instant> all(timetable t) {
  std::vector<base::instant> out;
  while (auto const at = t.next()) out.push_back(*at);
  return out;
}

}  // namespace

TEST(Timetable, AConstantPaceIsEvenAndSharesDoNotMeet) {
  auto const one = all(timetable({{10, 10, 2s}}, pace::constant, 1, 0.5));
  ASSERT_EQ(one.size(), 20u);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(double(one[i].count()), (double(i) + 0.5) * 1e8, 1e3);
  auto const other = all(timetable({{10, 10, 2s}}, pace::constant, 1, 0.9));
  EXPECT_NEAR(double((other[0] - one[0]).count()), 4e7, 1e3);
}

TEST(Timetable, ARampReachesItsRate) {
  auto const t = all(timetable({{0, 100, 10s}}, pace::constant, 1, 1));
  EXPECT_NEAR(double(t.size()), 500, 1);
  // Half of the arrivals are in the last 29 % of the time: the integral grows with its square.
  auto const late = std::ranges::count_if(t, [](auto at) { return at > 7071ms; });
  EXPECT_NEAR(double(late), 250, 2);
}

TEST(Timetable, PoissonHasTheRateAndItsSpread) {
  auto const t = all(timetable({{200, 200, 100s}}, pace::poisson, 7));
  EXPECT_NEAR(double(t.size()), 20000, 600);
  std::vector<int> in_second(100);
  for (auto const at : t) ++in_second[std::size_t(at / 1s)];
  double variance = 0;
  for (int const n : in_second) variance += (n - 200.0) * (n - 200.0) / 100;
  EXPECT_GT(variance, 120);
  EXPECT_LT(variance, 320);
  EXPECT_EQ(all(timetable({{200, 200, 100s}}, pace::poisson, 7)), t);
}

TEST(Timetable, StagesFollowEachOther) {
  auto const t = all(timetable({{5, 5, 2s}, {0, 0, 3s}, {10, 10, 1s}}, pace::constant, 1, 0.5));
  EXPECT_EQ(t.size(), 20u);
  EXPECT_TRUE(std::ranges::none_of(t, [](auto at) { return at > 2s && at < 5s; }));
}

TEST(Timetable, RatesAreRead) {
  auto const r = read_rate("10/s..200/s", 60s);
  ASSERT_TRUE(r);
  EXPECT_EQ((*r)[0].to, 200);
  EXPECT_EQ((*r)[0].length, 60s);
  auto const stages = read_rate("60/min 30s, 100 1m", 10s);
  ASSERT_TRUE(stages);
  EXPECT_DOUBLE_EQ((*stages)[0].from, 1);
  EXPECT_EQ((*stages)[1].length, 60s);
  for (auto const* bad : {"", "fast", "10/s 5s 5s", "-3/s", "10/s..", "0/s"}) EXPECT_FALSE(read_rate(bad, 1s)) << bad;
  EXPECT_FALSE(read_times("1\n0.5\n"));
  EXPECT_NE(read_times("1\nx\n").error().text.find("line 2"), std::string::npos);
  EXPECT_EQ(read_times("# times\n0.5\n1\n")->size(), 2u);
}

}  // namespace mailrig::load::timetable_test
