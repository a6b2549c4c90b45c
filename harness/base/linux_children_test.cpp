// The memory of a child, and of the child's child.
#include "base/linux_children.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <thread>

#include "base/child_process.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::base::linux_children_test {
namespace {

TEST(LinuxChildren, CountsThoseOfAChildToo) {
  auto const before = memory_of_children();
  auto const folder = scratch_folder::make("children").value();
  child_process one, more;
  ASSERT_TRUE(one.start({.command = {"/bin/sleep", "30"}, .log = folder.path() / "one"}));
  ASSERT_TRUE(more.start({.command = {"/bin/sh", "-c", "sleep 30 & sleep 30"}, .log = folder.path() / "more"}));
  std::uint64_t both = 0;
  for (int i = 0; i < 200 && both <= before; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    both = memory_of_children();
  }
  EXPECT_GT(both, before);
  one.signal(SIGKILL, true);
  more.signal(SIGKILL, true);
  for (int i = 0; i < 200 && (one.runs() || more.runs()); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_LT(memory_of_children(), both);
}

}  // namespace
}  // namespace mailrig::base::linux_children_test
