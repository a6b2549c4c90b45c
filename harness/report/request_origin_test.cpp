// Names of this machine, and names that only resolve to it; pages of ours, and pages of others.
#include "report/request_origin.hpp"

#include <gtest/gtest.h>

namespace mailrig::report::request_origin_test {

TEST(RequestOrigin, OnlyLoopbackNamesAreOurs) {
  for (auto const* host :
       {"localhost", "LOCALHOST:9000", "127.0.0.1", "127.0.0.1:80", "127.4.5.6:1", "[::1]", "[::1]:8080"})
    EXPECT_TRUE(names_this_machine(host)) << host;
  for (auto const* host :
       {"", "evil.example", "evil.example:9000", "localhost.evil.example", "127.0.0.1.evil.example:9000", "10.0.0.1",
        "[::2]:80", "[::1", "[::1]x", "localhost:", "localhost:x", "127.0.0.1:99999", "localhost evil", "::1"})
    EXPECT_FALSE(names_this_machine(host)) << host;
}

TEST(RequestOrigin, APageOfAnotherSiteIsRefused) {
  EXPECT_EQ(refusal_of({"localhost:9000", std::nullopt}), "");
  EXPECT_EQ(refusal_of({"localhost:9000", "http://localhost:9000"}), "");
  for (auto const* origin : {"http://evil.example", "null", "", "http://localhost:3000", "https://localhost:9000",
                             "http://localhost:9000.evil.example"})
    EXPECT_NE(refusal_of({"localhost:9000", origin}), "") << origin;
  EXPECT_NE(refusal_of({"evil.example:9000", "http://evil.example:9000"}), "");
}

TEST(RequestOrigin, WhereATokenIsAskedForItAloneOpens) {
  std::string_view const token = "0123456789abcdef";
  EXPECT_EQ(refusal_of({"mail.example:9000", std::nullopt, "Bearer 0123456789abcdef"}, token), "");
  EXPECT_EQ(refusal_of({"mail.example:9000", std::nullopt, "", "/live?a=b&token=0123456789abcdef"}, token), "");
  EXPECT_NE(refusal_of({"localhost", std::nullopt}, token), "");
  for (auto const* shown : {"0123456789abcdef", "Bearer ", "Bearer 0123456789abcdeF", "Bearer 0123456789abcdef0",
                            "Bearer 0123456789abcde", "Basic 0123456789abcdef"})
    EXPECT_NE(refusal_of({"localhost", std::nullopt, shown}, token), "") << shown;
  for (auto const* target :
       {"/", "/?", "/?token=", "/?token=0123456789abcde", "/token=0123456789abcdef", "/?xtoken=0123456789abcdef"})
    EXPECT_NE(refusal_of({"localhost", std::nullopt, "", target}, token), "") << target;
}

}  // namespace mailrig::report::request_origin_test
