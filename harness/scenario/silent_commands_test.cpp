// What was waited for in vain thrice, and answered to nobody, is known.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "scenario/silent_commands.hpp"

namespace mailrig::scenario::silent_commands_test {
namespace {

TEST(SilentCommands, AreThoseThatNobodyWasAnswered) {
  silent_commands s;
  EXPECT_FALSE(s.never_answered("NOOP"));
  for (int n = 0; n < 3; ++n) {
    EXPECT_FALSE(s.never_answered("NOOP"));
    s.silent("NOOP");
    s.silent("");
  }
  EXPECT_TRUE(s.never_answered("NOOP"));
  EXPECT_FALSE(s.never_answered("CHECK"));
  EXPECT_FALSE(s.never_answered(""));
  s.answered("NOOP");
  s.silent("NOOP");
  EXPECT_FALSE(s.never_answered("NOOP"));
}

TEST(SilentCommands, AreNotRememberedWithoutEnd) {
  silent_commands s;
  for (int n = 0; n < 5000; ++n) s.answered(fmt::format("X{}", n));
  for (int n = 0; n < 3; ++n) s.silent("LATE");
  EXPECT_FALSE(s.never_answered("LATE"));
}

}  // namespace
}  // namespace mailrig::scenario::silent_commands_test
