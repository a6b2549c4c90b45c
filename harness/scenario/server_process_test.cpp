// server_process_test: a server that dies over one scenario is named by a finding, started again, and the run goes on;
// an account that nobody gets into any more is left for another.
#include "scenario/server_process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/scratch_folder.hpp"
#include "scenario/suite.hpp"

namespace mailrig::scenario::server_process_test {
namespace {

/// Speaks just enough IMAP, ends when it hears the word CRASH, and after SPOIL never lets that user in again.
constexpr auto frail = R"(
import os, socket, sys, threading
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
spoiled = set()
def serve(c):
    user = None
    c.sendall(b'* OK [CAPABILITY IMAP4rev1] hi\r\n')
    for line in c.makefile('rb'):
        tag, verb = line.split()[0], line.split()[1].upper()
        if verb == b'LOGIN':
            user = line.split()[2]
        if verb == b'SPOIL':
            spoiled.add(user)
        if user in spoiled:
            c.sendall(tag + b' NO damaged\r\n')
            continue
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

struct spoken {
  char const* title;
  char const* word;  ///< sent, and answered
  char const* answer = "OK";
};

/// What comes of one scenario for each of `words`, one after the other.
std::vector<history::scenario_result> played(std::size_t accounts, std::vector<spoken> const& words) {
  auto const own = base::scratch_folder::make("frail").value();
  auto const& folder = own.path();
  std::ofstream(folder / "frail.toml") << fmt::format("name = \"frail\"\nneeds = \"/usr/bin/python3\"\naccounts = {}\n",
                                                      accounts)
                                       << "start = [\"/usr/bin/python3\", \"${dir}/frail.py\", \"${imap}\"]\n"
                                          "[ports]\nimap = true\n[[file]]\npath = \"frail.py\"\ntext = '''"
                                       << frail << "'''\n";
  auto const known = server_descriptions(folder);
  EXPECT_EQ(known.size(), 1u);
  auto const t = start_server(known.front(), 4);
  EXPECT_TRUE(t) << t.error().text;
  if (!t) return {};
  EXPECT_EQ(t->accounts.size(), accounts);
  std::vector<script> scripts;
  for (auto const& [title, word, answer] : words) {
    auto s =
        read_script(fmt::format("title {}\nproves RFC3501-6.1.2-01\n\nclient> {}\nclient< {}\n", title, word, answer),
                    "x.scn", "x");
    EXPECT_TRUE(s) << s.error().text;
    s->state = start_state::authenticated;
    scripts.push_back(*s);
  }
  suite_options options;
  options.jobs = 1;
  std::atomic<bool> const never{false};
  auto const run = play_all(*t, scripts, mailroom(folder), *history::catalogue::parse("head\n"), options, {}, never);
  EXPECT_TRUE(run) << run.error().text;
  return run ? run->results : std::vector<history::scenario_result>{};
}

TEST(ServerProcess, ADeadServerIsStartedAgain) {
  if (!std::filesystem::exists("/usr/bin/python3")) GTEST_SKIP() << "needs python3";
  auto const results = played(1, {{"before", "NOOP"}, {"the end", "CRASH", "BAD"}, {"after", "NOOP"}});
  std::vector<std::string> dead;
  for (auto const& r : results)
    for (auto const& f : r.findings)
      if (f.rule == "server.ended") dead.push_back(r.title);
  EXPECT_EQ(dead, std::vector<std::string>{"the end"});
  EXPECT_TRUE(std::ranges::none_of(results, [](auto const& r) { return r.outcome == history::verdict::error; }));
}

TEST(ServerProcess, AnAccountThatIsClosedForGoodIsNotPlayedOnAgain) {
  if (!std::filesystem::exists("/usr/bin/python3")) GTEST_SKIP() << "needs python3";
  auto const results = played(2, {{"before", "NOOP"}, {"the end of one", "SPOIL", "NO"}, {"after", "NOOP"}});
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].outcome, history::verdict::pass);
  EXPECT_EQ(results[1].outcome, history::verdict::unknown);
  EXPECT_EQ(results[2].outcome, history::verdict::pass) << results[2].reason;
}

}  // namespace
}  // namespace mailrig::scenario::server_process_test
