#include "scenario/refusal.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::refusal_test {
namespace {

TEST(Refusal, WhatIsNotForThisUserOrNotForNow) {
  EXPECT_TRUE(is_excuse("limit"));
  EXPECT_FALSE(is_excuse("TRYCREATE"));
  EXPECT_TRUE(was_declined("APPEND of 7 octets to INBOX: NO [LIMIT] no keywords here"));
  EXPECT_TRUE(was_declined("FETCH 1:* (UID): No [unavailable] later"));
  EXPECT_FALSE(was_declined("APPEND of 7 octets to INBOX: NO [TRYCREATE] no such mailbox"));
  EXPECT_TRUE(has_excuse("a1 NO [NoPerm] not you"));
  EXPECT_TRUE(has_excuse("-ERR [SYS/TEMP/disk] later"));
  EXPECT_FALSE(has_excuse("a1 NO [NOPERMITTED] not you"));
  EXPECT_TRUE(is_for_now("login: -ERR [LOGIN-DELAY] too early"));
  EXPECT_FALSE(is_for_now("login: NO [NOPERM] not you"));
  EXPECT_TRUE(says_no({0, "setup", "NO it is full"}));
  EXPECT_FALSE(says_no({0, "setup", "BAD it is wrong"}));
}

}  // namespace
}  // namespace mailrig::scenario::refusal_test
