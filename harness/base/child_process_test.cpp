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

TEST(Shell, WhatItSaysOnItsErrorsComesWithTheAnswerAlone) {
  testing::internal::CaptureStderr();
  auto const bad = run_shell("echo Zq9-printed; echo no key for Zq9-printed >&2; exit 3");
  auto const good = run_shell("yes noise | head -c 1000000 >&2; exec >&-; yes noise | head -c 1000000 >&2; exit 0");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_TRUE(bad && good);
  EXPECT_EQ(bad->how_it_failed(), "the command ended with status 3: no key for HIDDENSECRET");
  EXPECT_EQ(good->status, 0);
  EXPECT_LE(good->errors.size(), 300u);
}

TEST(Shell, ErrorsWithoutEndAreEndedByTheTime) {
  auto const late = run_shell("yes Zq9 >&2", {}, {}, std::chrono::milliseconds(300));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().text.find("Zq9"), std::string::npos);
}

TEST(Shell, WhoeverInheritsItsErrorsIsNotWaitedFor) {
  auto const began = now();
  EXPECT_EQ(run_shell("sleep 5 >&- & echo up")->output, "up");
  EXPECT_LT(now() - began, std::chrono::seconds(4));
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
