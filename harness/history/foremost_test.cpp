// foremost_test: the worst goes before the earliest, the earliest before what came first in the list.
#include "history/foremost.hpp"

#include <gtest/gtest.h>

namespace mailrig::history::foremost_test {
namespace {

finding of(char const* rule, verdict outcome, int at) {
  finding f;
  f.rule = rule;
  f.outcome = outcome;
  f.at = std::chrono::milliseconds(at);
  return f;
}

TEST(Foremost, IsTheEarliestOfTheWorst) {
  std::vector const all{of("a.x", verdict::warn, 1), of("b.x", verdict::fail, 9), of("c.x", verdict::fail, 5)};
  EXPECT_EQ(foremost(all)->rule, "c.x");
  EXPECT_EQ(foremost(all, "b.x")->rule, "b.x");
  EXPECT_EQ(foremost(all, "d.x"), nullptr);
  EXPECT_EQ(foremost({}), nullptr);
}

}  // namespace
}  // namespace mailrig::history::foremost_test
