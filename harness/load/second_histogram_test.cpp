#include "load/second_histogram.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"

namespace mailrig::load::second_histogram_test {

TEST(SecondHistogram, TellsWhatTheFinerOneTellsToItsBucket) {
  base::rng random(11);
  base::latency_histogram fine;
  for (int i = 0; i < 5000; ++i) fine.record(random.next() >> (24 + random.below(39)));
  auto const coarse = second_histogram::of(fine);
  EXPECT_EQ(coarse.count(), fine.count());
  EXPECT_EQ(coarse.max(), fine.max());
  EXPECT_EQ(coarse.quantile(1), fine.max());
  for (double const q : {0.01, 0.5, 0.95, 0.99}) {
    auto const told = double(coarse.quantile(q)), is = double(fine.quantile(q));
    EXPECT_GE(told, is) << q;
    EXPECT_LE(told, std::max(is * 1.016, is + 15)) << q;
  }
}

TEST(SecondHistogram, PartsInAnyOrderAreTheWhole) {
  base::rng random(13);
  base::latency_histogram whole;
  std::vector<base::latency_histogram> parts(4);
  for (int i = 0; i < 3000; ++i) {
    auto const v = random.below(std::uint64_t(1) << (10 + random.below(25)));
    whole.record(v);
    parts[random.below(parts.size())].record(v);
  }
  second_histogram forward, backward;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    forward.merge(second_histogram::of(parts[i]));
    backward.merge(second_histogram::of(parts[parts.size() - 1 - i]));
  }
  EXPECT_EQ(forward, second_histogram::of(whole));
  EXPECT_EQ(backward, forward);
  EXPECT_EQ(second_histogram::read(forward.text(), forward.max()), forward);
}

TEST(SecondHistogram, ReadsNothingElse) {
  EXPECT_EQ(second_histogram().text(), "");
  EXPECT_EQ(second_histogram::read("", 0), second_histogram());
  EXPECT_EQ(second_histogram().quantile(0.5), 0u);
  for (auto const* text : {"1", "1:", ":1", "1:0", "2:1 1:1", "1:1 1:1", "x:1", "2560:1", "1:1  2:1", "-1:1"})
    EXPECT_FALSE(second_histogram::read(text, 0)) << text;
}

}  // namespace mailrig::load::second_histogram_test
