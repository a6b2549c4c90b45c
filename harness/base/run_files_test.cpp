// run_files_test: a file that a run reads is not written by it, by whatever name, and none is written twice.
#include "base/run_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::base::run_files_test {
namespace {

namespace fs = std::filesystem;

struct RunFiles : testing::Test {
  scratch_folder folder = scratch_folder::make("mailrig-run-files").value();
  fs::path in(char const* name) const { return folder.path() / name; }
  void SetUp() override {
    for (auto const* name : {"a", "b"}) ASSERT_TRUE(write_file(in(name), name));
    fs::create_symlink(in("a"), in("link"));
    fs::create_hard_link(in("a"), in("twin"));
  }
};

TEST_F(RunFiles, WhatWasReadIsNotWrittenByAnyName) {
  ASSERT_TRUE(read_file(in("a")));
  for (auto const* name : {"a", "./a", "link", "twin"}) {
    auto const can = will_write(in(name));
    ASSERT_FALSE(can) << name;
    EXPECT_NE(can.error().text.find("is read by this run"), std::string::npos) << can.error().text;
  }
  EXPECT_TRUE(will_write(in("b")));
}

TEST_F(RunFiles, WhatIsToBeWrittenIsNotRead) {
  ASSERT_TRUE(will_write(in("a")));
  for (auto const* name : {"a", "link", "twin"}) {
    EXPECT_FALSE(read_file(in(name))) << name;
    EXPECT_FALSE(open_to_read(in(name))) << name;
  }
  EXPECT_TRUE(was_read(in("a")));
  EXPECT_FALSE(was_read(in("b")));
  EXPECT_TRUE(read_file(in("b")));
}

TEST_F(RunFiles, NothingIsWrittenTwice) {
  ASSERT_TRUE(will_write(in("new")));
  auto const again = will_write(in("./new"));
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().text.find("named twice"), std::string::npos) << again.error().text;
  EXPECT_TRUE(will_write(in("newer")));
}

TEST_F(RunFiles, DevicesAndPipesMayBeBothAndOften) {
  auto const pipe = in("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (auto const& file : {fs::path("/dev/null"), pipe})
    for (int n = 0; n < 2; ++n) {
      EXPECT_TRUE(will_read(file)) << file;
      EXPECT_TRUE(will_write(file)) << file;
    }
}

TEST_F(RunFiles, AFileThatTookTheNumberOfOneThatIsGoneIsAnother) {
  ASSERT_TRUE(read_file(in("b")));
  fs::remove(in("b"));
  for (int n = 0; n < 50; ++n) {
    auto const file = in(("new" + std::to_string(n)).c_str());
    ASSERT_TRUE(write_file(file, "x"));
    EXPECT_TRUE(will_write(file));
  }
}

}  // namespace
}  // namespace mailrig::base::run_files_test
