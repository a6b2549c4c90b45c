// client_process_test: clients that end well, die, hang, grow and print without end.
#include "play/client_process.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <thread>

#include "base/scratch_folder.hpp"

namespace mailrig::play::client_process_test {
namespace {

client_end run(std::string const& command, client_limits limits = {}) {
  auto const folder = base::scratch_folder::make("client").value();
  auto const home = folder.path() / "home";
  std::filesystem::create_directory(home);
  return run_client(command, home, folder.path() / "log", limits,
                    [] { std::this_thread::sleep_for(std::chrono::milliseconds(2)); })
      .value();
}

TEST(ClientProcess, ItsStatusAndLastWordsAreKept) {
  auto const end = run("pwd >/dev/null; test \"$HOME\" = \"$PWD\" && echo at home; exit 3");
  EXPECT_EQ(end.status, 3);
  EXPECT_EQ(end.signal, 0);
  EXPECT_EQ(end.said, "at home\n");
  EXPECT_FALSE(end.killed());
}

TEST(ClientProcess, OneThatDiesOfASignalIsTold) {
  EXPECT_EQ(run("kill -SEGV $$").signal, SIGSEGV);
  EXPECT_EQ(run("sh -c 'kill -ABRT $$'; exit $?").signal, SIGABRT);
  EXPECT_EQ(run("kill -TERM $$").signal, 0) << "it was asked to";
}

TEST(ClientProcess, OneThatHangsIsKilledWithItsChildren) {
  client_limits limits;
  limits.time = std::chrono::milliseconds(300);
  auto const end = run("sleep 60 & sleep 61; wait", limits);
  EXPECT_TRUE(end.late);
  EXPECT_LT(end.took, std::chrono::seconds(10));
}

TEST(ClientProcess, OneThatGrowsIsKilled) {
  client_limits limits;
  limits.memory = 40 << 20;
  auto const end = run("x=$(head -c 100000000 /dev/zero | tr '\\0' x); sleep 30", limits);
  EXPECT_TRUE(end.grew);
  EXPECT_GT(end.most_memory, limits.memory);
}

TEST(ClientProcess, OneThatPrintsWithoutEndIsKilled) {
  client_limits limits;
  limits.output = 1 << 20;
  EXPECT_TRUE(run("yes", limits).flooded);
}

}  // namespace
}  // namespace mailrig::play::client_process_test
