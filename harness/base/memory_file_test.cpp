// memory_file_test: each process that has it as its standard input reads all of it, and nothing is on the disk.
#include "base/memory_file.hpp"

#include <gtest/gtest.h>

#include "base/child_process.hpp"

namespace mailrig::base::memory_file_test {
namespace {

TEST(MemoryFile, IsReadByEachProcessFromItsBeginning) {
  auto const file = memory_file::with(std::string(100'000, 'x') + "end\n");
  ASSERT_TRUE(file) << file.error().text;
  for (int times = 0; times < 2; ++times) {
    child_process child;
    ASSERT_TRUE(
        child.start({.command = {"sh", "-c", "cat /dev/stdin | tail -c 5; ls -l /proc/$$/fd/0 | grep -c deleted"},
                     .program = "/bin/sh",
                     .input = file->descriptor()}));
    std::string line;
    EXPECT_TRUE(child.read_line(line));
    EXPECT_EQ(line, "xend");
    EXPECT_TRUE(child.read_line(line));
    EXPECT_EQ(line, "1");
  }
}

}  // namespace
}  // namespace mailrig::base::memory_file_test
