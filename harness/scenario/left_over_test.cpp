// left_over_test: names as mailrig makes them are its own; what people call theirs is not.
#include "scenario/left_over.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::left_over_test {
namespace {

TEST(LeftOver, OnlyNamesAsMailrigMakesThemAreItsOwn) {
  for (auto const* own : {"mailrig-1-27", "mailrig-ffff-0", "mailrig-1-27r", "mailrig-1-27/a/b", "mailrig-1-27-emptied",
                          "mailrig-stress0", "mailrig-stress12-x", "mailrig-load3", "mailrig-seen", "mailrig-lock"})
    EXPECT_TRUE(is_own_mailbox(own)) << own;
  for (auto const* other :
       {"mailrig", "mailrig-", "mailrig-ideas", "mailrig-2024", "mailrig-2024-plans", "mailrig-lockers",
        "mailrig-stress", "mailrig-load-tests", "mailrig-12345-1", "Mailrig-1-2", "my mailrig-1-27"})
    EXPECT_FALSE(is_own_mailbox(other)) << other;
}

}  // namespace
}  // namespace mailrig::scenario::left_over_test
