// login_pace_test: who waits how long before the next login.
#include "session/login_pace.hpp"

#include <gtest/gtest.h>

namespace mailrig::session::login_pace_test {
namespace {

using namespace std::chrono_literals;

TEST(LoginPace, NobodyWaitsWhereNothingIsAnnounced) {
  login_pace p;
  p.announced({"TOP", "UIDL"});
  p.logged_in("u", 10s);
  EXPECT_EQ(p.wait("u", 10s), 0s);
}

TEST(LoginPace, WhereWordsAreNotHeededOnlyARefusalMakesWait) {
  login_pace p(false);
  p.announced({"LOGIN-DELAY 30"});
  p.logged_in("u", 10s);
  p.announced_to("u", {"LOGIN-DELAY 30"});
  EXPECT_EQ(p.wait("u", 10s), 0s);
  p.refused("u", 11s);
  EXPECT_EQ(p.wait("u", 11s), 1s);
}

TEST(LoginPace, TheDelayRunsFromALoginAndForEachUser) {
  login_pace p;
  p.announced({"TOP", "LOGIN-DELAY 30"});
  EXPECT_EQ(p.wait("u", 10s), 0s);
  p.logged_in("u", 10s);
  EXPECT_EQ(p.wait("u", 15s), 25s);
  EXPECT_EQ(p.wait("v", 15s), 0s);
  EXPECT_EQ(p.wait("u", 41s), 0s);
}

TEST(LoginPace, AUsersOwnDelayIsWhatCapaTellsInside) {
  login_pace p;
  p.announced({"LOGIN-DELAY 900 USER"});
  EXPECT_TRUE(p.owes_own_delay("u"));
  p.logged_in("u", 10s);
  EXPECT_EQ(p.wait("u", 10s), 0s);  // what others must wait says nothing of this one
  p.announced_to("u", {"LOGIN-DELAY 5"});
  EXPECT_FALSE(p.owes_own_delay("u"));
  EXPECT_EQ(p.wait("u", 10s), 5s);
  EXPECT_EQ(p.delay("v"), 900s);
  p.announced_to("w", {"TOP"});
  p.logged_in("w", 10s);
  EXPECT_EQ(p.wait("w", 10s), 0s);
}

TEST(LoginPace, ARefusalIsWaitedOutEachTimeLonger) {
  login_pace p;
  p.refused("u", 10s);
  EXPECT_EQ(p.wait("u", 10s), 1s);
  p.refused("u", 11s);
  EXPECT_EQ(p.wait("u", 11s), 2s);
  p.logged_in("u", 13s);
  EXPECT_EQ(p.wait("u", 13s), 0s);
  p.announced({"LOGIN-DELAY 7"});
  p.refused("u", 20s);
  EXPECT_EQ(p.wait("u", 20s), 7s);
}

TEST(LoginPace, WhatIsNoNumberAnnouncesNothing) {
  login_pace p;
  p.announced({"LOGIN-DELAY", "LOGIN-DELAY soon"});
  p.logged_in("u", 10s);
  EXPECT_EQ(p.wait("u", 10s), 0s);
}

}  // namespace
}  // namespace mailrig::session::login_pace_test
