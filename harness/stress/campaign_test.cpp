// campaign_test: a run with an end ends there, in the middle of an episode, and what was judged until then counts.
#include "stress/campaign.hpp"

#include <gtest/gtest.h>

#include "embedded/server.hpp"

namespace mailrig::stress::campaign_test {
namespace {

/// The embedded server, new for each play, on a clock of its own.
scenario::target simulated() {
  scenario::target t;
  t.name = "embedded";
  t.imap = session::access{{"memory", 1}, false, false};
  t.pop3 = session::access{{"memory", 2}, false, false};
  t.accounts = {{"u1", "secret", {}}, {"u2", "secret", {}}};
  t.ours = true;
  t.simulate = [](net::loop& l, scenario::server_power&) -> std::shared_ptr<void> {
    embedded::server_options o;
    o.count = 2;
    return std::shared_ptr<embedded::server>(std::move(*embedded::server::inside(l, o)));
  };
  return t;
}

TEST(Campaign, EndsWithItsTimeAndCountsWhatWasJudged) {
  auto const where = simulated();
  scenario::mailroom const mail(MAILRIG_SOURCE_DIR "/fixtures/mail");
  auto const requirements = *history::catalogue::parse("head\n");
  base::limits limits;
  limits.scenario = std::chrono::minutes(10);
  auto const a = arena::enter(where, mail, requirements, limits);
  ASSERT_TRUE(a) << a.error().text;
  auto const w = read_workload(MAILRIG_SOURCE_DIR "/scenarios/workloads/flag-ring.toml");
  ASSERT_TRUE(w) << w.error().text;
  campaign_options o;
  o.users = 2;
  o.rounds = 100'000;  // of one episode: minutes
  o.duration = std::chrono::milliseconds(300);
  o.shrink = false;
  campaign_progress last;
  std::atomic<bool> const never{false};
  auto const began = base::now();
  auto const r = run_campaign(
      *a, *w, o, [&](campaign_progress const& p) { last = p; }, never);
  EXPECT_LT(base::now() - began, std::chrono::seconds(10));
  EXPECT_EQ(last.episodes, 2u) << "each user has a share of the time";
  EXPECT_GT(last.commands, 0u);
  ASSERT_EQ(r.results.size(), 1u);
  EXPECT_EQ(r.results[0].outcome, history::verdict::pass) << r.results[0].reason;
}

}  // namespace
}  // namespace mailrig::stress::campaign_test
