// A reader who stops costs lines, and never time.
#include "app/terminal_lines.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/clock.hpp"

namespace mailrig::app::terminal_lines_test {
namespace {

struct pipe_ends {
  pipe_ends() { EXPECT_EQ(::pipe(ends), 0); }
  ~pipe_ends() {
    for (int const e : ends) ::close(e);
  }
  std::string read_all() {
    ::close(ends[1]);
    ends[1] = ::dup(ends[0]);
    std::string out(1 << 20, '\0');
    std::size_t size = 0;
    for (ssize_t n; (n = ::read(ends[0], out.data() + size, out.size() - size)) > 0;) size += std::size_t(n);
    out.resize(size);
    return out;
  }
  int ends[2] = {-1, -1};
};

TEST(TerminalLines, AreWrittenInTheirOrder) {
  pipe_ends p;
  {
    terminal_lines out(p.ends[1]);
    for (int i = 0; i < 100; ++i) out.say("line " + std::to_string(i));
  }
  auto const text = p.read_all();
  EXPECT_TRUE(text.starts_with("line 0\nline 1\n")) << text;
  EXPECT_TRUE(text.ends_with("line 99\n")) << text;
}

TEST(TerminalLines, NobodyWaitsForAReaderWhoHasStopped) {
  pipe_ends p;
  auto const began = base::now();
  {
    terminal_lines out(p.ends[1], 1000);
    for (int i = 0; i < 100000; ++i) out.say(std::string(100, 'x'));
    EXPECT_LT(base::now() - began, std::chrono::seconds(1));
  }
  EXPECT_LT(base::now() - began, std::chrono::seconds(4));
}

TEST(TerminalLines, WhatIsLeftOutIsSaid) {
  pipe_ends p;
  std::string read;
  {
    terminal_lines out(p.ends[1], 10);
    for (int i = 0; i < 5000; ++i) out.say(std::string(100, 'x'));
    // Somebody reads again.
    for (char some[4096]; read.find("left out") == read.npos;)
      read.append(some, std::size_t(::read(p.ends[0], some, sizeof some)));
  }
  EXPECT_NE(read.find("more lines are left out: nobody read them"), read.npos);
}

}  // namespace
}  // namespace mailrig::app::terminal_lines_test
