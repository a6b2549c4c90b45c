// ending_signals_test: each signal that comes is told, and ends nobody by itself.
#include "net/ending_signals.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>

namespace mailrig::net::ending_signals_test {
namespace {

TEST(EndingSignals, EachIsToldOnce) {
  std::atomic<int> times{0};
  {
    ending_signals const listening([&] {
      ++times;
      times.notify_all();
    });
    int seen = 0;
    for (int const number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGALRM, SIGXCPU, SIGINT}) {
      ASSERT_EQ(raise(number), 0);
      times.wait(seen);
      EXPECT_EQ(times, ++seen);
    }
  }
  EXPECT_EQ(times, 8);
}

}  // namespace
}  // namespace mailrig::net::ending_signals_test
