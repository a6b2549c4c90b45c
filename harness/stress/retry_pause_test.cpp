// Pauses double up to their bound, and vary about it.
#include "stress/retry_pause.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mailrig::stress::retry_pause_test {

using namespace std::chrono_literals;

TEST(RetryPause, DoublesUpToItsBoundAndVaries) {
  base::rng random(3);
  stress::retry_pause p(10ms, 50ms);
  for (int round = 0; round < 2; ++round) {
    for (auto const middle : {10ms, 20ms, 40ms, 50ms, 50ms}) {
      auto const d = p.next(random);
      EXPECT_GE(d, middle / 2);
      EXPECT_LE(d, middle * 3 / 2);
    }
    p.start_over();
  }
  std::set<base::duration> seen;
  for (int i = 0; i < 20; ++i) seen.insert(p.next(random));
  EXPECT_GT(seen.size(), 15u);
}

}  // namespace mailrig::stress::retry_pause_test
