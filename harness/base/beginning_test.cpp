// beginning_test: what is cut has no secret, not even its beginning.
#include "base/beginning.hpp"

#include <gtest/gtest.h>

#include "base/secrets.hpp"

namespace mailrig::base::beginning_test {
namespace {

TEST(BeginningTest, ASecretThatTheCutGoesThroughIsHidden) {
  known_secrets().add("B3GINNINGxyzzyPw");
  EXPECT_EQ(beginning_of("NO no B3GINNINGxyzzyPw", 12), "NO no HIDDEN");
  EXPECT_EQ(beginning_of("NO no B3GINNINGxyzzyPw there", 23), "NO no HIDDENSECRET ther");
  EXPECT_EQ(beginning_of("a\r\n", 9), "a\\r\\n");
}

}  // namespace
}  // namespace mailrig::base::beginning_test
