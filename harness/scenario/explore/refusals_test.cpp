// refusals_test: what is declined for good, and what only as it was written.
#include "scenario/explore/refusals.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::refusals_test {
namespace {

TEST(Refusals, ThatGoWithAName) {
  refusals r;
  r.heard("create", {"name=deep"}, false);
  r.heard("create", {"name=plain"}, true);
  r.heard("create", {"name=deep"}, false);
  EXPECT_TRUE(r.are_for_good("create", {"name=deep"}));
  EXPECT_FALSE(r.are_for_good("create", {"name=plain"}));
}

TEST(Refusals, ThatComeNowAndThenAreNone) {
  refusals r;
  r.heard("create", {"name=deep"}, false);
  r.heard("create", {"name=deep"}, true);
  EXPECT_FALSE(r.are_for_good("create", {"name=deep"}));
}

TEST(Refusals, OfACommandThatIsNeverGranted) {
  refusals r;
  for (auto const* command : {"rename", "status"})
    for (auto const* name : {"name=deep", "name=plain"}) r.heard(command, {name}, false);
  r.heard("rename", {}, false);
  r.heard("status", {}, false);
  EXPECT_TRUE(r.are_for_good("rename", {}));
  EXPECT_FALSE(r.are_for_good("status", {}));
  EXPECT_FALSE(r.are_for_good("delete", {}));
}

}  // namespace
}  // namespace mailrig::scenario::refusals_test
