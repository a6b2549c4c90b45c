// login_delay_test: a server that lets nobody back into a maildrop for a second (LOGIN-DELAY, RFC 2449 §6.5).
#include <gtest/gtest.h>

#include "base/scratch_folder.hpp"
#include "embedded/server.hpp"
#include "scenario/suite.hpp"

namespace mailrig::scenario::login_delay_test {
namespace {

/// What comes of a scenario in which one session follows another.
history::scenario_result played(std::string const& head, std::string const& second) {
  auto const folder = base::scratch_folder::make("login-delay").value();
  embedded::server_options o;
  o.count = 1;
  o.latitudes = {"pop-login-delay"};
  auto const server = embedded::server::start(o).value();
  target t;
  t.name = "embedded";
  t.ours = true;
  t.imap = session::access{{"127.0.0.1", server->imap_port()}, false, false};
  t.pop3 = session::access{{"127.0.0.1", server->pop3_port()}, false, false};
  t.accounts.push_back({"u1", "secret", {}});
  auto const s =
      read_script("title x\nproves RFC1939-4-01\n" + head + "sessions first=pop3 second=pop3/authorization\n\n" +
                      "first> CAPA\nfirst< +OK\nfirst> QUIT\nfirst< +OK\n" + second,
                  "x.scn", "x");
  EXPECT_TRUE(s) << s.error().text;
  std::atomic<bool> const never{false};
  auto const run =
      play_all(t, {*s}, mailroom(folder.path()), *history::catalogue::parse("head\n"), suite_options{}, {}, never);
  EXPECT_TRUE(run) << run.error().text;
  return run->results.front();
}

constexpr auto by_lines = "second> USER $user\nsecond< +OK\nsecond> PASS $password\nsecond< +OK\n";

TEST(LoginDelay, WhoComesBackWaits) {
  for (std::string const second : {"second: login\n", by_lines}) {
    auto const r = played({}, second);
    EXPECT_EQ(r.outcome, history::verdict::pass) << r.reason;
    EXPECT_GE(r.took, std::chrono::seconds(1));
  }
}

TEST(LoginDelay, AScenarioAboutTheDelayDoesNot) {
  auto const r = played("tags login-delay\n",
                        "second> USER $user\nsecond< +OK\nsecond> PASS $password\n"
                        "second< -ERR [LOGIN-DELAY] ...\n");
  EXPECT_EQ(r.outcome, history::verdict::pass) << r.reason << (r.findings.empty() ? "" : r.findings[0].text);
}

}  // namespace
}  // namespace mailrig::scenario::login_delay_test
