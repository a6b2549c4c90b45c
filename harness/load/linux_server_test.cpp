// linux_server_test: the process of a pid or of a file that holds one; what holds none is told, and soon.
#include "load/linux_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::load::linux_server_test {
namespace {

TEST(LinuxServer, IsTheProcessOfAPidOrOfAFileThatHoldsIt) {
  auto const folder = base::scratch_folder::make("mailrig-pid").value();
  auto const file = folder.path() / "pid";
  ASSERT_TRUE(base::write_file(file, fmt::format(" {} \nmore\n", getppid())));
  EXPECT_TRUE(linux_server::of_pid(std::to_string(getppid())));
  EXPECT_TRUE(linux_server::of_pid(file.string()));
}

TEST(LinuxServer, WhatHoldsNoPidIsToldSoon) {
  auto const folder = base::scratch_folder::make("mailrig-pid").value();
  auto const file = folder.path() / "long";
  ASSERT_TRUE(base::write_file(file, std::string(5000, '1')));
  auto const began = base::now();
  for (auto const& name : {file.string(), std::string("/dev/zero"), (folder.path() / "none").string(),
                           folder.path().string(), std::string("/dev/null")}) {
    auto const made = linux_server::of_pid(name);
    ASSERT_FALSE(made) << name;
    EXPECT_NE(made.error().text.find(name), std::string::npos) << made.error().text;
  }
  EXPECT_LT(base::now() - began, std::chrono::seconds(5));
}

}  // namespace
}  // namespace mailrig::load::linux_server_test
