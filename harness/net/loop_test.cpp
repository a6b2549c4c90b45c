#include "net/loop.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace mailrig::net::loop_test {

using namespace std::chrono_literals;

TEST(Loop, WhatSaidYesIsNotAskedAgain) {
  loop l;
  for (int round = 0; round < 200; ++round) {
    int ready = 0;
    for (int i = 0; i < 3; ++i) l.post([&] { ++ready; });
    int yes = 0;
    // Takes what it finds, as an expectation takes an arrival.
    EXPECT_TRUE(l.run_until([&] { return ready > 0 && ready-- > 0 && ++yes; }, base::now() + 5s));
    EXPECT_EQ(yes, 1);
    l.run_until([] { return false; }, base::now() + std::chrono::microseconds(200));
  }
}

TEST(Loop, TakesCallsFromOtherThreadsAndStopsForGood) {
  loop l;
  int calls = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) l.post([&] { ++calls; });
    l.post([&] { l.stop(); });
  });
  l.run();
  other.join();
  EXPECT_EQ(calls, 1000);
  EXPECT_FALSE(l.run_until([] { return false; }, base::now() + 5s));
}

TEST(Loop, AFloodDoesNotOutliveTheDeadline) {
  loop l;
  std::function<void()> again = [&] { l.post(again); };
  again();
  auto const began = base::now();
  EXPECT_FALSE(l.run_until([] { return false; }, began + 20ms));
  EXPECT_LT(base::now() - began, 5s);
}

}  // namespace mailrig::net::loop_test
