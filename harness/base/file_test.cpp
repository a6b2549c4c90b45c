// file_test: what is wrong with a file is told, and a file that cannot be written leaves the old one as it was.
#include "base/file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "base/run_end.hpp"
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

TEST_F(File, ALinkAndAPipeAreNamesOfFilesAndAFolderIsNone) {
  fs::create_symlink("loop", folder.path() / "loop");
  ASSERT_EQ(mkfifo((folder.path() / "fifo").c_str(), 0600), 0);
  ASSERT_TRUE(write_file(file, "x"));
  for (auto const& one : {file, folder.path() / "loop", folder.path() / "fifo", fs::path("/dev/zero")})
    EXPECT_TRUE(names_a_file(one)) << one;
  EXPECT_FALSE(names_a_file(folder.path()));
  EXPECT_FALSE(names_a_file(folder.path() / "none"));
  EXPECT_NE(read_file(folder.path() / "loop").error().text.find("leads to itself"), std::string::npos);
}

TEST_F(File, WhatHasNoEndIsReadToItsLimit) {
  ASSERT_TRUE(write_file(file, "four"));
  EXPECT_EQ(read_file(file, 4).value(), "four");
  EXPECT_FALSE(read_file(file, 3));
  auto const endless = read_file("/dev/zero", 3 << 20);
  ASSERT_FALSE(endless);
  EXPECT_NE(endless.error().text.find("/dev/zero is longer than the 3 MB"), std::string::npos) << endless.error().text;
}

TEST_F(File, APipeIsReadToItsWritersEnd) {
  auto const pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (bool const whole : {true, false}) {
    std::string const octets(200'000, 'x');
    std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << octets << "\nlast"; });
    if (whole) {
      EXPECT_EQ(read_file(pipe).value(), octets + "\nlast");
    } else {
      auto const in = open_to_read(pipe);
      ASSERT_TRUE(in);
      std::string line;
      EXPECT_TRUE(next_line(**in, line, 1 << 20));
      EXPECT_EQ(line, octets);
      EXPECT_TRUE(next_line(**in, line, 1 << 20));
      EXPECT_EQ(line, "last");
      EXPECT_FALSE(next_line(**in, line, 1 << 20));
    }
    writer.join();
  }
}

TEST_F(File, APipeWithoutAnotherSideIsNotWaitedForWhenTheRunIsToEnd) {
  auto const pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  run_end::flag() = true;
  auto const whole = read_file(pipe);
  auto const parts = open_to_read(pipe);
  auto const written = write_file(pipe, "nobody hears it");
  run_end::flag() = false;
  ASSERT_FALSE(whole);
  EXPECT_NE(whole.error().text.find("nothing comes from it"), std::string::npos) << whole.error().text;
  EXPECT_FALSE(parts);
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().text.find("nobody reads"), std::string::npos) << written.error().text;
}

TEST_F(File, LinesAreReadToTheirLimit) {
  std::string line;
  std::string const part(16383, 'p');  // as much as is read at once
  std::istringstream in("a\n\n" + part + "\n" + part + "q\nb");
  for (auto const& expected : {std::string("a"), std::string(), part, part + "q", std::string("b")}) {
    EXPECT_TRUE(next_line(in, line, 1 << 20));
    EXPECT_EQ(line, expected);
  }
  EXPECT_FALSE(next_line(in, line, 1 << 20));
  std::istringstream endless(std::string(1 << 20, '\0'));
  EXPECT_TRUE(next_line(endless, line, 100'000));
  EXPECT_GT(line.size(), 100'000u);
  EXPECT_LT(line.size(), 200'000u);
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
