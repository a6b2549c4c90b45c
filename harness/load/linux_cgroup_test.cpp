// Control groups of both versions, read from files as a kernel writes them.
#include "load/linux_cgroup.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/must.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::load::linux_cgroup_test {

namespace {

namespace fs = std::filesystem;

struct Cgroup : testing::Test {
  base::result<base::scratch_folder> scratch = base::scratch_folder::make("cgroup");
  fs::path root() const { return scratch->path(); }
  void write(std::string const& file, std::string const& text) const {
    fs::create_directories((root() / file).parent_path());
    std::ofstream(root() / file) << text;
  }
};

}  // namespace

TEST_F(Cgroup, TheSecondVersionIsOneFolder) {
  ASSERT_TRUE(scratch);
  write("system.slice/mail.service/memory.current", "12345678\n");
  write("system.slice/mail.service/cpu.stat", "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\n");
  write("system.slice/mail.service/io.stat",
        "8:0 rbytes=100 wbytes=200 rios=1 wios=2\n8:16 rbytes=1 wbytes=2 rios=1\n");
  auto const whole = (root() / "system.slice/mail.service").string();
  for (auto const& path :
       {std::string("system.slice/mail.service"), std::string("/system.slice/mail.service"), whole}) {
    auto const files = find_cgroup(path, root());
    ASSERT_TRUE(files) << path;
    auto const c = read_cgroup(*files);
    ASSERT_TRUE(c) << path;
    EXPECT_EQ(c->memory, 12345678u);
    EXPECT_DOUBLE_EQ(c->cpu, 2.5);
    EXPECT_EQ(c->read, 101u);
    EXPECT_EQ(c->written, 202u);
  }
  auto const files = find_cgroup(whole, root());
  fs::remove_all(whole);
  EXPECT_FALSE(read_cgroup(*files)) << "it is gone";
}

TEST_F(Cgroup, TheFirstVersionHasAHierarchyForEachController) {
  ASSERT_TRUE(scratch);
  write("memory/mail/memory.usage_in_bytes", "4096\n");
  write("cpu,cpuacct/mail/cpuacct.usage", "1500000000\n");
  write("blkio/mail/blkio.throttle.io_service_bytes",
        "8:0 Read 10\n8:0 Write 20\n8:0 Sync 5\n8:0 Total 30\n8:16 Read 1\nTotal 31\n");
  for (auto const& path : {std::string("mail"), (root() / "memory/mail").string()}) {
    auto const files = find_cgroup(path, root());
    ASSERT_TRUE(files) << path;
    auto const c = read_cgroup(*files);
    ASSERT_TRUE(c) << path;
    EXPECT_EQ(c->memory, 4096u);
    EXPECT_DOUBLE_EQ(c->cpu, 1.5);
    EXPECT_EQ(c->read, 11u);
    EXPECT_EQ(c->written, 20u);
  }
}

TEST_F(Cgroup, WhatIsNoneIsSaid) {
  ASSERT_TRUE(scratch);
  write("memory/mail/memory.usage_in_bytes", "4096\n");  // and no CPU
  for (auto const* path : {"mail", "nothing", "/etc"}) {
    auto const files = find_cgroup(path, root());
    ASSERT_FALSE(files) << path;
    EXPECT_NE(files.error().text.find(path), std::string::npos);
  }
}

}  // namespace mailrig::load::linux_cgroup_test
