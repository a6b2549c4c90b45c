// child_process_test: programs that are started, read, fed, and ended when they take too long.
#include "base/child_process.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "base/clock.hpp"
#include "base/scratch_folder.hpp"

namespace mailrig::base::child_process_test {
namespace {

TEST(Shell, SaysWhatWasPrintedAndHowItEnded) {
  auto const good = run_shell("echo one; echo two");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->output, "one\ntwo");
  EXPECT_EQ(good->status, 0);
  EXPECT_EQ(run_shell("exit 7")->status, 7);
  EXPECT_EQ(run_shell("kill -TERM $$")->status, 128 + SIGTERM);
}

TEST(Shell, VariablesAreTheCommandsAloneAndNeedNoQuotes) {
  auto const said = run_shell("printf %s \"$MAILRIG_TRIED\"", {{"MAILRIG_TRIED", "o'dd \"$HOME\" ;"}});
  EXPECT_EQ(said->output, "o'dd \"$HOME\" ;");
  EXPECT_EQ(std::getenv("MAILRIG_TRIED"), nullptr);
}

TEST(Shell, InputLargerThanAPipeIsGivenWhole) {
  std::string const much(1 << 20, 'x');
  EXPECT_EQ(run_shell("wc -c", {}, much)->output, std::to_string(much.size()));
  EXPECT_EQ(run_shell("cat", {}, much)->output, much);
}

TEST(Shell, InputThatNobodyReadsEndsNothing) {
  EXPECT_EQ(run_shell("exec 0<&-; sleep 0.1; echo done", {}, std::string(1 << 20, 'x'))->output, "done");
}

TEST(Shell, WhatTakesTooLongIsKilledWithItsChildren) {
  auto const began = now();
  auto const late = run_shell("sleep 30; echo never", {}, {}, std::chrono::milliseconds(200));
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().text.find("took longer"), std::string::npos);
  EXPECT_LT(now() - began, std::chrono::seconds(10));
}

TEST(Shell, WhatPrintsWithoutEndIsKilled) {
  auto const talker = run_shell("yes");
  ASSERT_FALSE(talker);
  EXPECT_NE(talker.error().text.find("printed more than 1 MB"), std::string::npos) << talker.error().text;
  EXPECT_EQ(run_shell("head -c 3000000 /dev/zero", {}, {}, std::chrono::minutes(1), 4 << 20)->output.size(),
            3'000'000u);
}

TEST(ChildProcess, LinesOfItsOutputComeOneByOne) {
  child_process p;
  ASSERT_TRUE(p.start({.command = {"/bin/sh", "-c", "echo one; echo two; printf three"}}));
  std::string line;
  std::vector<std::string> all;
  while (p.read_line(line)) all.push_back(line);
  EXPECT_EQ(all, (std::vector<std::string>{"one", "two", "three"}));
}

TEST(ChildProcess, OneWithALogIsEndedByASignal) {
  auto const folder = scratch_folder::make("child").value();
  child_process p;
  ASSERT_TRUE(p.start({.command = {"/bin/sh", "-c", "echo up; exec sleep 60"}, .log = folder.path() / "log"}));
  std::string said;
  for (auto const until = now() + std::chrono::seconds(10); said.empty() && now() < until;)
    std::getline(std::ifstream(folder.path() / "log") >> std::ws, said);
  EXPECT_EQ(said, "up");
  EXPECT_TRUE(p.runs());
  p.signal(SIGKILL, true);
  for (auto const until = now() + std::chrono::seconds(10); p.runs() && now() < until;) continue;
  EXPECT_FALSE(p.runs());
}

}  // namespace
}  // namespace mailrig::base::child_process_test
