// scratch_folder_test: two of one name are two, and each goes with its owner only.
#include "base/scratch_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace mailrig::base {
namespace {

TEST(ScratchFolder, IsItsOwnersAlone) {
  std::filesystem::path first;
  auto two = scratch_folder::make("mailrig-test");
  ASSERT_TRUE(two);
  {
    auto one = scratch_folder::make("mailrig-test");
    ASSERT_TRUE(one);
    first = one->path();
    EXPECT_NE(first, two->path());
    std::ofstream(first / "a") << "x";
    auto const moved = std::move(*one);
    EXPECT_TRUE(std::filesystem::exists(first / "a"));
  }
  EXPECT_FALSE(std::filesystem::exists(first));
  EXPECT_TRUE(std::filesystem::is_directory(two->path()));
}

}  // namespace
}  // namespace mailrig::base
