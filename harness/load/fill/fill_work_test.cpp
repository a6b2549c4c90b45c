// fill_work_test: every lot is given out once, helpers go where most is left, and the last of an account is told.
#include "load/fill/fill_work.hpp"

#include <gtest/gtest.h>

namespace mailrig::load::fill_work_test {
namespace {

std::vector<fill_lot> lots(std::size_t account, std::uint32_t n) {
  std::vector<fill_lot> out;
  for (std::uint32_t i = 0; i < n; ++i) out.push_back({account, {}, {i}});
  return out;
}

}  // namespace

TEST(FillWork, EachLotIsGivenOutOnce) {
  fill_work w(3, 6);
  EXPECT_EQ(w.account(), 3u);
  EXPECT_EQ(w.account(), 4u);
  EXPECT_EQ(w.account(), 5u);
  EXPECT_FALSE(w.account());
  w.found(3, lots(3, 1));
  w.found(4, lots(4, 3));
  w.found(5, {});
  EXPECT_EQ(w.busiest(), 4u);
  EXPECT_EQ(w.lot(4)->numbers.at(0), 0u);
  EXPECT_EQ(w.lot(4)->numbers.at(0), 1u);
  EXPECT_EQ(w.lot(4)->numbers.at(0), 2u);
  EXPECT_FALSE(w.lot(4));
  EXPECT_FALSE(w.done(4));
  EXPECT_FALSE(w.done(4));
  EXPECT_TRUE(w.done(4));
  EXPECT_EQ(w.busiest(), 3u);
  EXPECT_TRUE(w.lot(3));
  EXPECT_FALSE(w.busiest());
  EXPECT_TRUE(w.done(3));
}

TEST(FillWork, WhatIsDroppedIsNotWhole) {
  fill_work w(0, 1);
  (void)w.account();
  w.found(0, lots(0, 3));
  (void)w.lot(0);
  (void)w.lot(0);
  w.drop(0);
  EXPECT_FALSE(w.lot(0));
  EXPECT_FALSE(w.done(0));
  EXPECT_FALSE(w.done(0));
  EXPECT_FALSE(w.busiest());
}

TEST(FillWork, NothingIsGivenOutAfterTheEnd) {
  fill_work w(0, 2);
  (void)w.account();
  w.found(0, lots(0, 2));
  w.end();
  EXPECT_FALSE(w.account());
  EXPECT_FALSE(w.busiest());
  EXPECT_FALSE(w.lot(0));
}

}  // namespace mailrig::load::fill_work_test
