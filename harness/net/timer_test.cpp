#include "net/timer.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace mailrig::net::timer_test {

using namespace std::chrono_literals;

TEST(Timer, CallsInTheOrderOfTheInstantsAndOnce) {
  net::loop l;
  net::timer a(l), b(l);
  std::string order;
  auto const t = base::now();
  a.at(t + 4ms, [&] { order += 'a'; });
  b.at(t + 1ms, [&] { order += 'b'; });
  EXPECT_FALSE(l.run_until([] { return false; }, t + 20ms));
  EXPECT_EQ(order, "ba");
}

TEST(Timer, SetAnewOrCancelledOrGoneItDoesNotCall) {
  net::loop l;
  net::timer again(l), cancelled(l);
  auto gone = std::make_unique<net::timer>(l);
  int first = 0, second = 0, other = 0;
  auto const t = base::now();
  again.at(t + 1ms, [&] { ++first; });
  again.at(t + 2ms, [&] { ++second; });
  cancelled.at(t, [&] { ++other; });
  gone->at(t, [&] { ++other; });
  // The instants have passed, the calls have not come yet.
  while (base::now() < t + 3ms) {
  }
  cancelled.cancel();
  gone.reset();
  l.run_until([] { return false; }, base::now() + 10ms);
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
  EXPECT_EQ(other, 0);
}

TEST(Timer, MayBeSetFromItsOwnCallAndMayGoInIt) {
  net::loop l;
  auto t = std::make_unique<net::timer>(l);
  int calls = 0;
  std::function<void()> f = [&] {
    if (++calls == 3) return t.reset();
    t->at(base::now(), f);
  };
  t->at(base::now(), f);
  EXPECT_TRUE(l.run_until([&] { return !t; }, base::now() + 5s));
  EXPECT_EQ(calls, 3);
}

TEST(Timer, ASimulatedLoopsTimeGoesToIt) {
  net::loop l(net::loop::time::simulated);
  net::timer a(l), b(l), cancelled(l);
  std::string order;
  a.at(5s, [&] { order += 'a'; });
  b.at(2s, [&] {
    order += 'b';
    b.at(3s, [&] { order += 'c'; });
  });
  cancelled.at(1s, [&] { order += 'x'; });
  cancelled.cancel();
  EXPECT_FALSE(l.run_until([] { return false; }, 4s));
  EXPECT_EQ(order, "bc");
  EXPECT_EQ(l.now(), 4s);
  EXPECT_TRUE(l.run_until([&] { return order == "bca"; }, 9s));
  EXPECT_EQ(l.now(), 5s);
}

}  // namespace mailrig::net::timer_test
