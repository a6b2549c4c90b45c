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
  auto const spent = read_session_processes(found->session);
  ASSERT_TRUE(spent);
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
  EXPECT_FALSE(read_session_processes(child));
  EXPECT_FALSE(spent_by_session(child, false));
  close(ready[0]);
  close(ready[1]);
}
#endif

}  // namespace mailrig::load::linux_processes_test
