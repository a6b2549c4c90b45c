#include "report/baseline.hpp"

#include <gtest/gtest.h>

namespace mailrig::report::baseline_test {

using history::verdict;

namespace {
history::scenario_result result(std::string id, std::vector<std::string> rules) {
  history::scenario_result r;
  r.id = id;
  r.outcome = rules.empty() ? verdict::pass : verdict::fail;
  for (auto const& rule : rules) {
    history::finding f;
    f.rule = rule;
    r.findings.push_back(f);
  }
  return r;
}
}  // namespace

TEST(Baseline, KnowsFailuresAndSeesStaleLines) {
  auto const b =
      baseline::parse("# comment\na/x#seqmap.* RFC says so\na/gone#expect.* mended\na/unseen#e not selected\n", "b");
  ASSERT_TRUE(b);
  history::run_record run;
  run.results = {result("a/x", {"seqmap.order"}), result("a/gone", {}), result("a/y", {"tags.unknown"}),
                 result("a/x2", {"seqmap.order", "tags.unknown"})};
  b->apply(run, true);
  EXPECT_TRUE(run.results[0].known());
  EXPECT_FALSE(run.results[2].known());
  EXPECT_FALSE(run.results[3].known());
  EXPECT_EQ(run.stale, std::vector<std::string>{"a/gone#expect.* (unexpected pass)"});
  EXPECT_EQ(run.known_reasons.at("a/x#seqmap.order"), "RFC says so");
}

TEST(Baseline, TellsNewChangedAndFlakyApart) {
  auto const b = baseline::parse("a/x#seqmap.order known\n~1 a/*#tags.late a race\n+ a/x\n+ a/y\n+ a/z\n", "b");
  ASSERT_TRUE(b);
  history::run_record run;
  run.results = {result("a/x", {"flags.unknown"}), result("a/x~octets", {"seqmap.order"}), result("a/new", {"e"}),
                 result("a/y", {"tags.late"}), result("a/z", {"tags.late"})};
  b->apply(run, true);
  using history::standing;
  EXPECT_EQ(run.results[0].stands, standing::changed);
  EXPECT_EQ(run.results[1].stands, standing::known);
  EXPECT_EQ(run.results[2].stands, standing::fresh);
  EXPECT_EQ(run.results[3].stands, standing::known);
  EXPECT_EQ(run.results[4].stands, standing::changed);  // one too many
  EXPECT_TRUE(run.stale.empty());
}

TEST(Baseline, OnceMoreThanIsKnownIsAnotherFailure) {
  auto const b = baseline::parse("x2 a/x#content.section it mixes up sections\nx2 a/y#content.section too\n", "b");
  ASSERT_TRUE(b) << b.error().text;
  history::run_record run;
  run.results = {result("a/x", {"content.section"}), result("a/y", {"content.section"})};
  run.results[0].findings[0].times = 2;
  run.results[1].findings[0].times = 3;
  b->apply(run, true);
  EXPECT_EQ(run.results[0].stands, history::standing::known);
  EXPECT_EQ(run.results[1].stands, history::standing::changed);
  EXPECT_TRUE(baseline::parse("~1 x2 a/x#e now and then\n", "b"));
  EXPECT_FALSE(baseline::parse("x a/x#e no number\n", "b"));
  EXPECT_TRUE(baseline::parse("x/y#e a scenario's name may begin so\n", "b"));
}

TEST(Baseline, AnUpdateKeepsReasonsAndDropsWhatIsStale) {
  auto const b = baseline::parse("# head\na/x#seqmap.order mine\na/gone#e old\n", "b");
  ASSERT_TRUE(b);
  history::run_record run;
  run.results = {result("a/x", {"seqmap.order"}), result("a/gone", {}), result("a/y", {"tags.unknown"})};
  b->apply(run, true);
  auto const text = b->updated(run, *history::catalogue::parse("head\n"), true);
  EXPECT_TRUE(text.starts_with("# head\na/x#seqmap.order mine\na/y#tags.unknown "));
  EXPECT_TRUE(text.ends_with("\n+ a/gone\n+ a/x\n+ a/y\n"));
}

TEST(Baseline, AReasonIsNeeded) {
  auto const b = baseline::parse("\na/x#seqmap.order\n", "known.txt");
  ASSERT_FALSE(b);
  EXPECT_EQ(b.error().text, "known.txt:2: a line is 'scenario#rule reason'; the reason may not be missing");
}

TEST(Baseline, APartOfTheScenariosMakesNoOtherLineStale) {
  auto const b = baseline::parse("a/x#e mine\na/y#e of another\na/*#seqmap.* of any\n", "b");
  ASSERT_TRUE(b);
  history::run_record run;
  run.results = {result("a/x", {})};
  b->apply(run, false);
  EXPECT_EQ(run.stale, std::vector<std::string>{"a/x#e (unexpected pass)"});
}

TEST(Baseline, WhatCouldNotBePlayedMakesNoLineStale) {
  auto const b = baseline::parse("a/x#e mine\na/*#seqmap.* of any\n", "b");
  ASSERT_TRUE(b);
  history::run_record run;
  run.results = {result("a/x", {}), result("a/y", {})};
  run.results[0].outcome = verdict::unknown;
  run.results[0].reason = "could not be prepared: LOGIN was refused: NO";
  b->apply(run, true);
  EXPECT_TRUE(run.stale.empty());
}

TEST(Baseline, WhatCannotBePreparedOnAServerMayBeKnown) {
  auto const b = baseline::parse("a/x#prepare it has no keywords\na/*#seqmap.* of any\n", "b");
  ASSERT_TRUE(b);
  history::run_record run;
  run.results = {result("a/x", {}), result("a/y", {})};
  for (auto& r : run.results) r.outcome = verdict::unknown, r.reason = "could not be prepared: APPEND: NO";
  b->apply(run, true);
  EXPECT_TRUE(run.results[0].known());
  EXPECT_FALSE(run.results[1].known());
}

TEST(Baseline, WhatStaysUnknownOnAServerMayBeKnownWithoutAReasonOfTheRun) {
  auto const b = baseline::parse("a/x#prepare it says what it was told\n", "b");
  ASSERT_TRUE(b);
  history::run_record run;
  run.results = {result("a/x", {})};
  run.results[0].outcome = verdict::unknown;
  b->apply(run, true);
  EXPECT_TRUE(run.results[0].known());
  EXPECT_TRUE(run.stale.empty());
}

}  // namespace mailrig::report::baseline_test
