#include "scenario/account_list.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::account_list_test {

TEST(AccountList, PatternsPad) {
  EXPECT_EQ(numbered("u%d", 7), "u7");
  EXPECT_EQ(numbered("user%04d@example.org", 7), "user0007@example.org");
  EXPECT_EQ(numbered("%n", 12), "12");
  EXPECT_EQ(numbered("100%@x", 1), "100%@x");
}

TEST(AccountList, LinesOfUserAndPasswordWithAnyLineEnds) {
  auto const a = *read_account_lines("\xef\xbb\xbf# ours\r\nu1:secret:with colon\r\n\r\nu2:x\n");
  ASSERT_EQ(a.size(), 2u);
  EXPECT_EQ(a[0].password, "secret:with colon");
  EXPECT_EQ(a[1].user, "u2");
  auto const bad = read_account_lines("u1:a\nnonsense secret\n");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().offset, 2u);
}

TEST(AccountList, WhatIsWrittenIsReadBack) {
  std::vector<session::credentials> const said{{"a,\"b\"", " p#w ", "PLAIN", ""}, {"#u", "", "", "tok,en"}};
  auto const a = *read_account_lines(account_lines(said));
  ASSERT_EQ(a.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(a[i].user, said[i].user);
    EXPECT_EQ(a[i].password, said[i].password);
    EXPECT_EQ(a[i].token, said[i].token);
  }
}

TEST(AccountList, CommaSeparatedValuesUnderNames) {
  auto const a = *read_account_lines("user,password,mechanism\n\"a,b\",\"say \"\"hi\"\"\",PLAIN\r\nu2,p,\n");
  ASSERT_EQ(a.size(), 2u);
  EXPECT_EQ(a[0].user, "a,b");
  EXPECT_EQ(a[0].password, "say \"hi\"");
  EXPECT_EQ(a[0].mechanism, "PLAIN");
  EXPECT_EQ(a[1].mechanism, "");
  EXPECT_FALSE(read_account_lines("user,pasword\nu,p\n"));
  EXPECT_FALSE(read_account_lines("user,password\nu\n"));
  EXPECT_FALSE(read_account_lines("user,password\n,p\n"));
}

}  // namespace mailrig::scenario::account_list_test
