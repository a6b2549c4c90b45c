// A process of this machine that listens is found with its name and what it spends; our own is not looked for.
#include "load/linux_processes.hpp"

#include <gtest/gtest.h>

#ifdef __linux__
#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "load/linux_server.hpp"

namespace mailrig::load::linux_processes_test {

namespace {

/// A socket that listens on a free port of this machine.
int listening(std::uint16_t& port) {
  int const s = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof a;
  if (bind(s, reinterpret_cast<sockaddr*>(&a), size) != 0 || listen(s, 1) != 0) return -1;
  getsockname(s, reinterpret_cast<sockaddr*>(&a), &size);
  port = ntohs(a.sin_port);
  return s;
}

}  // namespace

TEST(LinuxProcesses, WhoListensIsFoundByItsPort) {
  std::uint16_t port = 0;
  int const s = listening(port);
  ASSERT_GE(s, 0);
  EXPECT_FALSE(listening_process(port)) << "it is ours";
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  auto const child = fork();
  if (child == 0) {
    setsid();
    prctl(PR_SET_NAME, "a server");
    (void)!write(ready[1], "x", 1);
    for (;;) pause();
  }
  close(s);
  char c;
  ASSERT_EQ(read(ready[0], &c, 1), 1);
  auto const found = listening_process(port);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->session, child);
  EXPECT_EQ(found->name, "a server");
  EXPECT_EQ(found->pid, child);
  auto watched = linux_server::of_listener(port);
  ASSERT_TRUE(watched);
  auto by_pid = linux_server::of_pid(std::to_string(child));
  ASSERT_TRUE(by_pid);
  auto const spent = watched->read();
  ASSERT_TRUE(spent);
  ASSERT_TRUE(by_pid->read());
  EXPECT_EQ(by_pid->read()->processes, 1u);
  EXPECT_EQ(spent->processes, 1u);
  EXPECT_GT(spent->memory, 0u);
  // A child that has done nothing shares nearly all of its pages with us.
  auto const finely_first = spent_by_session(found->session, false);
  ASSERT_TRUE(finely_first);
  if (spent->proportional) {
    EXPECT_LT(spent->memory, finely_first->memory);
  }
  auto const finely = spent_by_session(found->session, false);
  ASSERT_TRUE(finely);
  EXPECT_GT(finely->memory, 0u);
  EXPECT_GE(finely->peak, finely->memory);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(listening_process(port));
  EXPECT_FALSE(watched->read());
  EXPECT_FALSE(by_pid->read());
  EXPECT_FALSE(linux_server::of_pid("/no/such/file.pid"));
  EXPECT_FALSE(spent_by_session(child, false));
  close(ready[0]);
  close(ready[1]);
}
#endif

TEST(LinuxServer, IsItsSessionAndWhatItsFirstProcessStarted) {
  auto const process = [](int pid, int parent, int session) {
    seen_process p;
    p.pid = pid, p.parent = parent, p.session = session;
    return p;
  };
  std::vector<seen_process> const all{
      process(1, 0, 1),    process(10, 1, 10),  process(11, 10, 10), process(12, 11, 12),  // a server that forks
      process(20, 1, 20),  process(21, 20, 20), process(22, 20, 20), process(23, 22, 20),  // a shell, us, a server
      process(30, 30, 30), process(31, 32, 31), process(32, 31, 31),                       // rings of parents
  };
  auto const pids = [&](int root, int session) {
    std::vector<int> out;
    auto const members = processes_of_server(all, root, session, 21);
    for (auto const& p : members) out.push_back(p.pid);
    return out;
  };
  EXPECT_EQ(pids(10, 10), (std::vector{10, 11, 12}));
  EXPECT_EQ(pids(11, 10), (std::vector{10, 11, 12}));
  EXPECT_EQ(pids(22, 20), (std::vector{22, 23})) << "our own session is not the server's";
  EXPECT_EQ(pids(99, 12), (std::vector{12}));
  EXPECT_EQ(pids(99, 98), std::vector<int>());
  EXPECT_EQ(pids(99, 1), std::vector<int>());
}

}  // namespace mailrig::load::linux_processes_test
