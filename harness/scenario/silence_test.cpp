// A server that never answers one command costs a scenario one deadline, however many wait for that answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "base/scratch_folder.hpp"
#include "embedded/server.hpp"
#include "scenario/runner.hpp"

namespace mailrig::scenario::silence_test {
namespace {

using namespace std::chrono_literals;

struct play_of_it {
  history::scenario_result result;
  base::duration took{};  ///< simulated: nothing but waiting takes time
  std::size_t count(std::string_view rule, history::verdict outcome) const {
    return std::size_t(
        std::ranges::count_if(result.findings, [&](auto const& f) { return f.rule == rule && f.outcome == outcome; }));
  }
};

constexpr auto step = 10'000ms;

play_of_it played(std::string const& body, char const* defect,
                  std::shared_ptr<silent_commands> const& known = std::make_shared<silent_commands>()) {
  net::loop l(net::loop::time::simulated);
  embedded::server_options how;
  how.count = 2;
  how.defect = defect;
  auto const server = embedded::server::inside(l, how).value();
  auto const folder = base::scratch_folder::make("silence").value();
  auto const s = read_script("title x\nproves RFC3501-2.2.2-03\n" + body, "x.scn", "x").value();
  target t;
  t.name = "embedded";
  t.imap = session::access{{"memory", 1}, false, false, {}};
  t.ours = true;
  t.silences = known;
  auto const trust = net::tls_context::client({});
  runner_options o;
  o.box = "mailrig-silence";
  o.limits.step = step;
  o.second = second_user{{"u2", "secret", {}}, true};
  o.trust = &trust;
  o.may_empty = true;
  play_of_it out;
  auto const began = l.now();
  out.result = run(l, t, {"u1", "secret", {}}, s, mailroom(folder.path()), o);
  out.took = l.now() - began;
  return out;
}

TEST(Silence, OfBystandersCostsOneDeadline) {
  auto const r =
      played("tags attack unjudged\nsessions a=imap/authenticated\n\na> CAPABILITY\na< OK\n", "noop-tag-star");
  EXPECT_EQ(r.result.outcome, history::verdict::fail) << r.result.reason;
  EXPECT_EQ(r.count("attacked.session", history::verdict::fail), 1u);
  EXPECT_EQ(r.count("attacked.user", history::verdict::fail), 1u);
  EXPECT_GE(r.took, step);
  EXPECT_LT(r.took, step + step / 2);
}

TEST(Silence, ThatTheScenarioHasMetIsNotBorneAgain) {
  auto const r = played("tags attack unjudged\nsessions a=imap/authenticated\n\na> NOOP\na< OK\n", "noop-tag-star");
  EXPECT_EQ(r.result.outcome, history::verdict::fail) << r.result.reason;
  EXPECT_EQ(r.count("attacked.session", history::verdict::unknown), 1u);
  EXPECT_EQ(r.count("attacked.user", history::verdict::unknown), 1u);
  EXPECT_GE(r.took, step);
  EXPECT_LT(r.took, step + step / 2);
}

constexpr char const* asks = "sessions a=imap/authenticated\n\na> NOOP\na< OK\n";

TEST(Silence, OfACommandThatIsNeverAnsweredCostsARunAFewDeadlines) {
  auto const known = std::make_shared<silent_commands>();
  for (int n = 0; n < 3; ++n) EXPECT_GE(played(asks, "noop-tag-star", known).took, step);
  auto const r = played(asks, "noop-tag-star", known);
  EXPECT_EQ(r.result.outcome, history::verdict::fail) << r.result.reason;
  EXPECT_LT(r.took, step / 2);
  EXPECT_TRUE(std::ranges::any_of(
      r.result.findings, [](auto const& f) { return f.text.find("nor to any NOOP before") != std::string::npos; }));
  auto const attacked =
      played("tags attack unjudged\nsessions a=imap/authenticated\n\na> CAPABILITY\na< OK\n", "noop-tag-star", known);
  EXPECT_EQ(attacked.count("attacked.session", history::verdict::fail), 0u);
  EXPECT_EQ(attacked.count("attacked.session", history::verdict::unknown), 1u);
  EXPECT_LT(attacked.took, step / 2);
}

TEST(Silence, OfACommandThatSomebodyWasAnsweredIsBorneToItsEnd) {
  auto const known = std::make_shared<silent_commands>();
  known->answered("NOOP");
  for (int n = 0; n < 4; ++n) EXPECT_GE(played(asks, "noop-tag-star", known).took, step);
}

TEST(Silence, OfAServerThatIsWellIsNone) {
  auto const r = played("tags attack unjudged\nsessions a=imap/authenticated\n\na> NOOP\na< OK\n", "");
  EXPECT_EQ(r.result.outcome, history::verdict::pass) << r.result.reason;
  EXPECT_LT(r.took, step / 2);
}

}  // namespace
}  // namespace mailrig::scenario::silence_test
