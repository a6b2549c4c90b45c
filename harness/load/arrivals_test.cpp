// All workers together take each arrival once, and the same ones however many they are.
#include "load/arrivals.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/rng.hpp"

namespace mailrig::load::arrivals_test {

using namespace std::chrono_literals;

namespace {

std::map<base::instant, std::size_t> of_all(std::size_t workers, pace how) {
  std::map<base::instant, std::size_t> out;
  for (std::size_t w = 0; w < workers; ++w) {
    arrivals mine(
        timetable({{20, 40, 10s}}, how, 7, 0.5),
        [random = base::rng(5)]() mutable { return std::size_t(random.below(12)); },
        [&](std::size_t whose) { return whose % workers == w; });
    auto before = base::instant::min();
    for (; mine.next(); mine.advance()) {
      EXPECT_GT(mine.next()->at, before);
      before = mine.next()->at;
      EXPECT_TRUE(out.emplace(before, mine.next()->whose).second) << "taken twice";
    }
  }
  return out;
}

}  // namespace

TEST(Arrivals, AreTheSameHoweverManyShareThem) {
  for (auto const how : {pace::constant, pace::poisson}) {
    auto const alone = of_all(1, how);
    EXPECT_NEAR(double(alone.size()), 300, how == pace::constant ? 0 : 70);
    EXPECT_EQ(of_all(3, how), alone);
    EXPECT_EQ(of_all(10, how), alone);
  }
  EXPECT_FALSE(arrivals().next());
}

}  // namespace mailrig::load::arrivals_test
