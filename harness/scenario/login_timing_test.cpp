// login_timing_test: what times tell, and what they do not.
#include "scenario/login_timing.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::login_timing_test {

namespace {

/// Pairs of a noisy server, which takes `more` milliseconds longer for a known name.
login_times noisy(double more, std::size_t pairs, std::uint64_t seed) {
  base::rng chance(seed);
  login_times out;
  for (std::size_t i = 0; i < pairs; ++i) {
    out.known.push_back(3 + more + 1 / chance.unit());
    out.unknown.push_back(3 + 1 / chance.unit());
  }
  return out;
}

failure_times failures(double first, double growth, std::size_t n) {
  failure_times out;
  for (std::size_t i = 0; i < n; ++i) {
    out.refused.push_back(first + growth * double(i) + double(i * 7 % 5) / 10);
    out.answered.push_back(1 + double(i * 3 % 5) / 10);
  }
  return out;
}

TEST(FailedLoginDelay, InOneWord) {
  EXPECT_EQ(delay_of(failures(1.2, 0, 24)).word, "none");
  EXPECT_EQ(delay_of(failures(40, 0, 24)).word, "none");  // a digest of the password
  EXPECT_EQ(delay_of(failures(2000, 0, 9)).word, "constant");
  EXPECT_EQ(delay_of(failures(2000, 0, 24)).word, "constant");
  EXPECT_EQ(delay_of(failures(10, 50, 24)).word, "growing");
  EXPECT_EQ(delay_of(failures(2000, 0, 5)).word, "");
  EXPECT_NE(delay_of(failures(2000, 0, 24)).figures.find("p = "), std::string::npos);
}

}  // namespace

TEST(LoginTiming, TellsADifference) {
  auto const told = told_by_time(noisy(8, 40, 1));
  EXPECT_NE(told.find("the known one takes longer"), std::string::npos) << told;
}

TEST(LoginTiming, NoiseTellsNothing) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) EXPECT_EQ(told_by_time(noisy(0, 40, seed)), "") << seed;
}

TEST(LoginTiming, FewPairsTellNothing) {
  EXPECT_EQ(told_by_time(noisy(100, 12, 1)), "");
  EXPECT_FALSE(is_enough(noisy(100, 12, 1)));
}

TEST(LoginTiming, WhatIsTooSmallToBeSeenFromAfarDoesNotCount) {
  login_times fine;
  for (int i = 0; i < 60; ++i) fine.known.push_back(1.2 + i * 1e-6), fine.unknown.push_back(1.0 + i * 1e-6);
  EXPECT_EQ(told_by_time(fine), "");
}

}  // namespace mailrig::scenario::login_timing_test
