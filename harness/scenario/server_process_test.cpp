// server_process_test: a server that dies over one scenario is named by a finding, started again, and the run goes on.
#include "scenario/server_process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "scenario/suite.hpp"

namespace mailrig::scenario {
namespace {

/// Speaks just enough IMAP, and ends when it hears the word CRASH.
constexpr auto frail = R"(
import os, socket, sys, threading
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
def serve(c):
    c.sendall(b'* OK [CAPABILITY IMAP4rev1] hi\r\n')
    for line in c.makefile('rb'):
        tag, verb = line.split()[0], line.split()[1].upper()
        if verb == b'CRASH':
            os._exit(1)
        if verb == b'CAPABILITY':
            c.sendall(b'* CAPABILITY IMAP4rev1\r\n')
        if verb == b'STATUS':
            c.sendall(b'* STATUS INBOX (MESSAGES 0)\r\n')
        if verb == b'LOGOUT':
            c.sendall(b'* BYE bye\r\n')
        c.sendall(tag + b' OK done\r\n')
        if verb == b'LOGOUT':
            return c.close()
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
)";

TEST(ServerProcess, ADeadServerIsStartedAgain) {
  if (!std::filesystem::exists("/usr/bin/python3")) GTEST_SKIP() << "needs python3";
  auto const folder = std::filesystem::temp_directory_path() / "mailrig-frail-test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "frail.toml") << "name = \"frail\"\nneeds = \"/usr/bin/python3\"\naccounts = 1\n"
                                          "start = [\"/usr/bin/python3\", \"${dir}/frail.py\", \"${imap}\"]\n"
                                          "[ports]\nimap = true\n[[file]]\npath = \"frail.py\"\ntext = '''"
                                       << frail << "'''\n";
  auto const known = server_descriptions(folder);
  ASSERT_EQ(known.size(), 1u);
  auto const t = start_server(known.front(), 4);
  ASSERT_TRUE(t) << t.error().text;
  EXPECT_EQ(t->accounts.size(), 1u);
  std::vector<script> scripts;
  for (auto const* text : {"title before\nproves RFC3501-6.1.2-01\n\nclient> NOOP\nclient< OK\n",
                           "title the end\nproves RFC3501-6.1.2-01\n\nclient> CRASH\nclient< BAD\n",
                           "title after\nproves RFC3501-6.1.2-01\n\nclient> NOOP\nclient< OK\n"}) {
    auto s = read_script(text, "x.scn", "x");
    ASSERT_TRUE(s) << s.error().text;
    s->state = start_state::authenticated;
    scripts.push_back(*s);
  }
  suite_options options;
  std::atomic<bool> const never{false};
  auto const run = play_all(*t, scripts, mailroom(folder), *history::catalogue::parse("head\n"), options, {}, never);
  ASSERT_TRUE(run) << run.error().text;
  std::vector<std::string> dead;
  for (auto const& r : run->results)
    for (auto const& f : r.findings)
      if (f.rule == "server.ended") dead.push_back(r.title);
  EXPECT_EQ(dead, std::vector<std::string>{"the end"});
  EXPECT_TRUE(std::ranges::none_of(run->results, [](auto const& r) { return r.outcome == history::verdict::error; }));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace mailrig::scenario
