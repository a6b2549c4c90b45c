#include "scenario/gathered.hpp"

#include <gtest/gtest.h>

namespace mailrig::scenario::gathered_test {

namespace {
std::vector<gathered> of(std::vector<std::string> const& lines, std::vector<arrival_ptr>& keep) {
  std::vector<arrival*> data;
  for (auto const& line : lines) {
    auto a = std::make_unique<arrival>();
    a->octets = line + "\r\n";
    mailrig::wire::imap::read(a->octets, a->response);
    data.push_back(a.get());
    keep.push_back(std::move(a));
  }
  return gather(data);
}
}  // namespace

TEST(Gathered, ItemsOfOneMessageComeTogether) {
  std::vector<arrival_ptr> keep;
  auto const got = of({"* 1 FETCH (UID 7)", "* 2 FETCH (UID 8)", "* 1 FETCH (BODY[TEXT] {2}\r\n)) FLAGS ())"}, keep);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].parts, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(got[0].whole->octets, "* 1 FETCH (UID 7 BODY[TEXT] {2}\r\n)) FLAGS ())\r\n");
  EXPECT_FALSE(got[0].whole->response.violation);
}

TEST(Gathered, TextsInUtf8ComeTogether) {
  std::vector<arrival_ptr> keep;
  auto const got = of({"* 1 FETCH (UID 7)", "* 1 FETCH (PREVIEW \"Gr\xC3\xBC\xC3\x9F\")"}, keep);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_FALSE(got[0].whole->response.violation);
}

TEST(Gathered, NumbersOfSearchComeTogether) {
  std::vector<arrival_ptr> keep;
  auto const got = of({"* SEARCH 3", "* 2 EXISTS", "* SEARCH", "* SEARCH 1 2"}, keep);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].whole->octets, "* SEARCH 3 1 2\r\n");
}

TEST(Gathered, UidsOfVanishedComeTogetherByForm) {
  std::vector<arrival_ptr> keep;
  auto const got =
      of({"* VANISHED (EARLIER) 3", "* VANISHED 9", "* VANISHED (EARLIER) 5:6", "* 2 EXISTS", "* VANISHED 4"}, keep);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].whole->octets, "* VANISHED 9,4\r\n");
  EXPECT_EQ(got[1].whole->octets, "* VANISHED (EARLIER) 3,5:6\r\n");
  EXPECT_FALSE(got[1].whole->response.violation);
}

TEST(Gathered, WhatStandsAloneStaysAlone) {
  std::vector<arrival_ptr> keep;
  EXPECT_TRUE(of({"* 1 FETCH (UID 7)", "* SEARCH 3", "* FLAGS (x)"}, keep).empty());
}

}  // namespace mailrig::scenario::gathered_test
