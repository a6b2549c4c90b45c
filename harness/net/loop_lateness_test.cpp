#include "net/loop_lateness.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "net/timer.hpp"

namespace mailrig::net::loop_lateness_test {

using namespace std::chrono_literals;

TEST(LoopLateness, IsWhatACallTookFromTheOthers) {
  net::loop l;
  net::timer busy(l);
  busy.at(base::now() + 10ms, [] { std::this_thread::sleep_for(800ms); });
  EXPECT_FALSE(l.run_until([] { return false; }, base::now() + 900ms));
  EXPECT_GE(net::stood_still(l), 600ms);
}

TEST(LoopLateness, OfALoopThatNobodyWaitsForIsNone) {
  net::loop l;
  (void)l.run_until([] { return false; }, base::now() + 1ms);
  std::this_thread::sleep_for(800ms);
  (void)l.run_until([] { return false; }, base::now() + 1ms);
  EXPECT_LT(net::stood_still(l), 700ms);
}

TEST(LoopLateness, WhatCameBeforeTheDeadlineIsReadAfterIt) {
  net::loop l;
  bool came = false;
  l.post([] { std::this_thread::sleep_for(30ms); });
  l.post([&] { came = true; });
  EXPECT_TRUE(l.run_until([&] { return came; }, base::now() + 1ms));
}

}  // namespace mailrig::net::loop_lateness_test
