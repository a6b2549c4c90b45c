// Each thread does its share, and what one throws is told once all have returned.
#include "base/side_by_side.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace mailrig::base::side_by_side_test {
namespace {

TEST(SideBySide, AllAreCalled) {
  std::atomic<int> calls{0};
  EXPECT_EQ(side_by_side(7, [&] { ++calls; }), "");
  EXPECT_EQ(calls, 7);
  EXPECT_EQ(side_by_side(0, [&] { ++calls; }), "");
  EXPECT_EQ(calls, 7);
}

TEST(SideBySide, WhatOneThrowsEndsNoOther) {
  std::atomic<int> calls{0};
  auto const thrown = side_by_side(4, [&] {
    if (calls++ == 1) throw std::runtime_error("no descriptor");
  });
  EXPECT_EQ(thrown, "no descriptor");
  EXPECT_EQ(calls, 4);
}

}  // namespace
}  // namespace mailrig::base::side_by_side_test
