// scratch_folder_test: two of one name are two, each goes with its owner only, and what a killed owner left is swept.
#include "base/scratch_folder.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "base/child_process.hpp"

namespace mailrig::base::scratch_folder_test {
namespace {

namespace fs = std::filesystem;

TEST(ScratchFolder, IsItsOwnersAlone) {
  fs::path first;
  auto two = scratch_folder::make("mailrig-test");
  ASSERT_TRUE(two);
  {
    auto one = scratch_folder::make("mailrig-test");
    ASSERT_TRUE(one);
    first = one->path();
    EXPECT_NE(first, two->path());
    std::ofstream(first / "a") << "x";
    auto const moved = std::move(*one);
    EXPECT_TRUE(fs::exists(first / "a"));
  }
  EXPECT_FALSE(fs::exists(first));
  EXPECT_TRUE(fs::is_directory(two->path()));
}

/// A folder whose owner was killed: a process of its own makes it and is no more.
fs::path left_by_the_dead(std::string const& also) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  auto const id = fork();
  if (id == 0) {
    auto one = scratch_folder::make("mailrig-test");
    if (!also.empty()) std::ofstream(one->path() / also) << "x";
    auto const name = one->path().string();
    (void)!write(ends[1], name.data(), name.size());
    kill(getpid(), SIGKILL);
  }
  waitpid(id, nullptr, 0);
  close(ends[1]);
  char name[4096];
  auto const n = read(ends[0], name, sizeof name);
  close(ends[0]);
  return std::string(name, std::size_t(std::max<ssize_t>(0, n)));
}

TEST(ScratchFolder, WhatTheDeadLeftIsSweptAndNothingElse) {
  auto const living = scratch_folder::make("mailrig-test").value();
  auto const dead = left_by_the_dead("passwords");
  ASSERT_TRUE(fs::exists(dead / "passwords"));
  // By its name it might be ours, and is not.
  auto const elses = dead.parent_path() / ("mailrig-" + std::to_string(getpid()));
  fs::create_directories(elses);
  std::ofstream(elses / ".owner") << "somebody else\n";
  sweep_scratch_folders();
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(living.path()));
  EXPECT_TRUE(fs::exists(elses / ".owner"));
  fs::remove_all(elses);
}

TEST(ScratchFolder, AServerThatWorksInASweptOneEnds) {
  auto const dead = left_by_the_dead("");
  child_process server, stranger;
  ASSERT_TRUE(server.start({.command = {"/bin/sh", "-c", "exec sleep 60"}, .log = dead / "output.log"}));
  auto const other = scratch_folder::make("mailrig-test").value();
  ASSERT_TRUE(stranger.start({.command = {"/bin/sh", "-c", "exec sleep 60"}, .log = other.path() / "output.log"}));
  // A number that is another's by now ends nobody.
  std::ofstream(dead / ".sessions") << server.id() << '\n' << stranger.id() << '\n';
  for (int i = 0; i < 500 && !fs::exists(dead / "output.log"); ++i) usleep(10'000);
  sweep_scratch_folders();
  EXPECT_FALSE(server.runs());
  EXPECT_TRUE(stranger.runs());
  EXPECT_FALSE(fs::exists(dead));
  stranger.signal(SIGKILL, true);
}

}  // namespace
}  // namespace mailrig::base::scratch_folder_test
