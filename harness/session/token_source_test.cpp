// token_source_test: when a token is printed anew.
#include "session/token_source.hpp"

#include <gtest/gtest.h>

namespace mailrig::session::token_source_test {
namespace {

struct TokenSource : testing::Test {
  int printed = 0;
  base::instant time{};
  token_source source(base::duration lifetime) {
    return {[this](std::string const& user) -> base::result<std::string> {
              if (user == "nobody") return base::fault{0, "token_command", "it ended with status 1"};
              return user + std::to_string(++printed);
            },
            lifetime, [this] { return time; }};
  }
};

TEST_F(TokenSource, OneTokenAUserUntilItsLifetimeIsOver) {
  auto s = source(std::chrono::seconds(60));
  EXPECT_EQ(*s.token("a"), "a1");
  EXPECT_EQ(*s.token("b"), "b2");
  time = std::chrono::seconds(59);
  EXPECT_EQ(*s.token("a"), "a1");
  time = std::chrono::seconds(60);
  EXPECT_EQ(*s.token("a"), "a3");
  EXPECT_EQ(*s.token("a"), "a3");
}

TEST_F(TokenSource, WithoutALifetimeItLastsUntilItIsRefused) {
  auto s = source({});
  EXPECT_EQ(*s.token("a"), "a1");
  time = std::chrono::hours(1000);
  EXPECT_EQ(*s.token("a"), "a1");
  EXPECT_TRUE(s.refused("a", "a1"));
  EXPECT_EQ(*s.token("a"), "a2");
}

TEST_F(TokenSource, ANewOneThatIsRefusedIsNotWorthAnother) {
  auto s = source({});
  EXPECT_FALSE(s.refused("a", *s.token("a")));
  auto const old = *s.token("a");
  (void)s.token("a");
  EXPECT_TRUE(s.refused("a", old));
  EXPECT_EQ(*s.token("a"), "a3");
  EXPECT_TRUE(s.refused("a", old));  // told late, by another session: the newer one stays
  EXPECT_EQ(*s.token("a"), "a3");
}

TEST_F(TokenSource, WhatCannotBePrintedIsToldAndTriedAgain) {
  auto s = source({});
  EXPECT_FALSE(s.token("nobody"));
  EXPECT_EQ(s.token("nobody").error().text, "it ended with status 1");
}

}  // namespace
}  // namespace mailrig::session::token_source_test
