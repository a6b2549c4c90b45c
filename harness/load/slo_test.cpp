#include "load/slo.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::slo_test {

using namespace std::chrono_literals;

namespace {

tally some() {
  tally t;
  for (int i = 1; i <= 100; ++i)
    t.record({kind_named("login"), 0s, 0s, 0s, std::chrono::milliseconds(i), outcome::done});
  t.record({kind_named("login"), 0s, 0s, 0s, 1ms, outcome::failed}, "NO");
  t.record({kind_named("retr"), 0s, 0s, base::instant::max(), 5s, outcome::late});
  t.record({kind_named("act.page"), 0s, 0s, 0s, 9s, outcome::failed}, "x");
  return t;
}

slo_verdict judged(std::string const& text) { return judge(*read_slo(text), some(), 10, 3); }

}  // namespace

TEST(Slo, FiguresAreCompared) {
  EXPECT_TRUE(judged("p50(login) <= 50.1ms").met);
  EXPECT_FALSE(judged("p50(login) < 50ms").met);
  EXPECT_TRUE(judged("p99(login) > 98ms").met);
  EXPECT_TRUE(judged("max(*) >= 5s").met);
  EXPECT_NEAR(judged("errors < 1%").value, 2.0 / 102, 1e-9);  // compounds count no second time
  EXPECT_NEAR(judged("errors(login) < 1%").value, 1.0 / 101, 1e-9);
  EXPECT_DOUBLE_EQ(judged("rate(login) > 9/s").value, 10);
  EXPECT_FALSE(judged("findings = 0").met);
  EXPECT_DOUBLE_EQ(judged("late = 0").value, 1);
}

/// So many logins, each of which took that long.
slo_verdict of_few(int logins, base::duration each, std::string const& text) {
  tally t;
  for (int i = 0; i < logins; ++i) t.record({kind_named("login"), 0s, 0s, 0s, each, outcome::done});
  return judge(*read_slo(text), t, 10, 0);
}

TEST(Slo, TooFewDecideNothingButWhatIsPlain) {
  auto const v = of_few(5, 10ms, "p99(login) < 1s");
  EXPECT_FALSE(v.decided);
  EXPECT_FALSE(v.met);
  EXPECT_EQ(v.word(), "undecided");
  EXPECT_NE(v.came.find("too few samples: 5"), std::string::npos);
  EXPECT_TRUE(of_few(5, 3s, "p99(login) < 1s").missed());  // were it true, one in a hundred would take so long
  EXPECT_TRUE(of_few(100, 10ms, "p99(login) < 1s").met);
  EXPECT_TRUE(of_few(5, 10ms, "max(login) < 1s").met);
  EXPECT_TRUE(of_few(5, 10ms, "p50(login) < 1s").met);
  EXPECT_FALSE(of_few(0, 10ms, "p99(login) < 1s").decided);
  EXPECT_TRUE(judged("p99(act.page) < 100s").missed());  // there were some, and none was done
}

TEST(Slo, WhatWasNotMeasuredIsNotMet) {
  auto const v = judged("p99(select) < 1s");
  EXPECT_FALSE(v.measured);
  EXPECT_FALSE(v.met);
  // All failed: there is no latency, however small.
  EXPECT_FALSE(judged("p99(act.page) < 100s").met);
  // What was never sent counts with the time that it waited, and has no service time.
  EXPECT_TRUE(judged("p50(retr) = 5s").measured);
  EXPECT_FALSE(judged("p50(retr.service) < 10s").measured);
}

TEST(Slo, RefusalsByPolicyAreErrorsAndToldApart) {
  tally t;
  refusal const limit{refusal_kind::connections, "LIMIT", "enough"}, wrong{refusal_kind::credentials, "AUTH", "no"};
  auto const op = [](outcome came) { return operation{kind_named("login"), 0s, 0s, 0s, 1ms, came}; };
  for (int i = 0; i < 90; ++i) t.record(op(outcome::done));
  for (int i = 0; i < 6; ++i) t.record(op(outcome::failed), "NO", &limit);
  for (int i = 0; i < 3; ++i) t.record(op(outcome::failed), "NO", &wrong);
  t.record(op(outcome::failed), "reset");
  auto const value = [&](char const* text) { return judge(*read_slo(text), t, 10, 0).value; };
  EXPECT_NEAR(value("errors < 1%"), 0.10, 1e-9);
  EXPECT_NEAR(value("refused < 1%"), 0.06, 1e-9);
  EXPECT_NEAR(value("faults < 1%"), 0.04, 1e-9);
  EXPECT_NEAR(value("refused(log*) < 1%"), 0.06, 1e-9);
  EXPECT_EQ(t.refused(), 6u);
  EXPECT_EQ(t.unsuccessful(), 10u);
}

TEST(Slo, MistakesAreTold) {
  for (auto const* bad : {"p99(login)", "p101 < 1s", "p99(login < 1s", "speed < 1s", "p99 < fast", "p99 < 300"})
    EXPECT_FALSE(read_slo(bad)) << bad;
  EXPECT_NE(read_slo("p99 < 300").error().text.find("unit"), std::string::npos);
}

}  // namespace mailrig::load::slo_test
