// given_names_test: no password that is given as wrong is the right one, and now lies between the days.
#include "scenario/given_names.hpp"

#include <gtest/gtest.h>

#include "wire/imap/internal_date.hpp"

namespace mailrig::scenario::given_names_test {
namespace {

TEST(GivenNames, WrongPasswordsAreWrong) {
  for (auto const* password : {"secret", "12345", "a b", "\"", "x"}) {
    auto const names = given_names({"u", password, {}}, "box", "/");
    EXPECT_EQ(names.at("password"), password);
    for (auto const* wrong : {"password_cut", "swapped"}) EXPECT_NE(names.at(wrong), password) << wrong;
    EXPECT_NE(names.at("plain"), names.at("wrongplain"));
  }
}

TEST(GivenNames, ASecondUserIsSomebodyElse) {
  auto const names = names_of_second({"u1", "one", {}}, {"u2", "two", {}});
  EXPECT_EQ(names.at("user2"), "u2");
  EXPECT_EQ(names.at("plain2"), "AHUyAHR3bw==");
  EXPECT_EQ(names.at("plain2_for_user"), "dTEAdTIAdHdv");
}

TEST(GivenNames, DaysAreAsSearchTakesThem) {
  auto const names = given_names({"u", "p", {}}, "box", "/");
  auto const at = [&](char const* name) {
    return wire::imap::instant_of(names.at(name) + " 00:00:00 +0000").value_or(0);
  };
  auto const now = std::int64_t(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  EXPECT_LT(at("yesterday"), now - 86'400 + 1);
  EXPECT_GT(at("overmorrow"), now + 86'400 - 1);
}

}  // namespace
}  // namespace mailrig::scenario::given_names_test
