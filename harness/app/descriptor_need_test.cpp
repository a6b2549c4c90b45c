// descriptor_need_test: how many descriptors scenarios need side by side, and what helps where there are fewer.
#include "app/descriptor_need.hpp"

#include <gtest/gtest.h>

namespace mailrig::app::descriptor_need_test {
namespace {

TEST(DescriptorNeed, IsTheLargestScenariosTogether) {
  scenario::script small, large;
  small.sessions.resize(1);
  large.sessions.resize(10);
  auto const one = descriptors_of({&small, &large}, 1, false);
  EXPECT_EQ(one, descriptors_of({&large}, 8, false));
  EXPECT_GT(descriptors_of({&small, &large}, 8, false), one);
  EXPECT_GT(descriptors_of({&large}, 8, true), one);
  EXPECT_EQ(lacks_descriptors({&small, &large}, 8, true, 1024), "");
  EXPECT_NE(lacks_descriptors({&small, &large}, 8, false, one).find("--jobs 1"), std::string::npos);
  EXPECT_NE(lacks_descriptors({&small, &large}, 8, false, 17).find("ulimit -n"), std::string::npos);
}

}  // namespace
}  // namespace mailrig::app::descriptor_need_test
