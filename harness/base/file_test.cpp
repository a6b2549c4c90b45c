// file_test: what is wrong with a file is told, and a file that cannot be written leaves the old one as it was.
#include "base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/scratch_folder.hpp"

namespace mailrig::base::file_test {
namespace {

namespace fs = std::filesystem;

std::size_t files_in(fs::path const& folder) {
  std::size_t n = 0;
  for (auto const& entry : fs::directory_iterator(folder)) n += entry.path().filename() != ".owner";
  return n;
}

struct File : testing::Test {
  scratch_folder folder = scratch_folder::make("mailrig-file").value();
  fs::path file = folder.path() / "a/b";
};

TEST_F(File, IsReadAsItWasWritten) {
  std::string const octets("\0a\r\n\xff", 5);
  ASSERT_TRUE(write_file(file, octets));
  EXPECT_EQ(read_file(file).value(), octets);
  ASSERT_TRUE(write_file(file, ""));
  EXPECT_EQ(read_file(file).value(), "");
  EXPECT_EQ(files_in(file.parent_path()), 1u);
}

TEST_F(File, WhatCannotBeReadIsNamed) {
  for (auto const& [path, why] : {std::pair(folder.path() / "none", "is not there"), {folder.path(), "is a folder"}}) {
    auto const read = read_file(path);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().text.find(path.string() + " " + why), std::string::npos) << read.error().text;
  }
}

TEST_F(File, WithoutItsEndNothingHasChanged) {
  ASSERT_TRUE(write_file(file, "old"));
  {
    auto half = new_file::open(file);
    ASSERT_TRUE(half);
    half->stream() << "new" << std::flush;
    EXPECT_EQ(read_file(file).value(), "old");
  }
  EXPECT_EQ(read_file(file).value(), "old");
  EXPECT_EQ(files_in(file.parent_path()), 1u);
}

TEST_F(File, ALinkStaysAndItsFileIsWritten) {
  ASSERT_TRUE(write_file(file, "old"));
  fs::create_symlink(file, folder.path() / "link");
  ASSERT_TRUE(write_file(folder.path() / "link", "new"));
  EXPECT_TRUE(fs::is_symlink(folder.path() / "link"));
  EXPECT_EQ(read_file(file).value(), "new");
}

TEST_F(File, AFullDiskIsTold) {
  auto const done = write_file("/dev/full", "x");
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text.find("/dev/full cannot be written: no space"), std::string::npos) << done.error().text;
  EXPECT_TRUE(write_file("/dev/null", "x"));
  auto const longer = write_file("/dev/full", std::string(1 << 20, 'x'));
  ASSERT_FALSE(longer);
  EXPECT_NE(longer.error().text.find("no space"), std::string::npos) << longer.error().text;
}

TEST_F(File, APipeIsWrittenAsItIsAndNotOpenedToBeTried) {
  auto const pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(can_write(pipe));  // nobody reads: to open it would wait for ever
  std::string heard;
  std::thread reader([&] { heard = read_file(pipe).value(); });
  EXPECT_TRUE(write_file(pipe, "said"));
  reader.join();
  EXPECT_EQ(heard, "said");
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(File, ALinkToAnOpenPipeIsWritten) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  auto const name = "/proc/self/fd/" + std::to_string(ends[1]);
  EXPECT_TRUE(write_file(name, "said"));
  char heard[4];
  EXPECT_EQ(read(ends[0], heard, 4), 4);
  close(ends[0]);
  close(ends[1]);
}

TEST_F(File, CanBeTriedWithoutBeingThere) {
  EXPECT_TRUE(can_write(file));
  EXPECT_FALSE(fs::exists(file));
  EXPECT_TRUE(fs::is_directory(file.parent_path()));
  EXPECT_FALSE(can_write(folder.path()));
  EXPECT_FALSE(can_write("/proc/none/such"));
  EXPECT_TRUE(can_write_in(folder.path() / "c"));
  ASSERT_TRUE(write_file(file, "x"));
  EXPECT_FALSE(can_write_in(file));
}

TEST_F(File, KeepsItsMode) {
  ASSERT_TRUE(write_file(file, "x"));
  fs::permissions(file, fs::perms(0640));
  ASSERT_TRUE(write_file(file, "y"));
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0640));
}

}  // namespace
}  // namespace mailrig::base::file_test
