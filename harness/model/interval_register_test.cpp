// What a register of flags may show, by tables of writes.
#include "model/interval_register.hpp"

#include <gtest/gtest.h>

namespace mailrig::model::interval_register_test {

namespace {

operation_ptr operation_of(place from, place to, mailrig::history::session_id by, bool good = true) {
  auto d = std::make_shared<operation>();
  d->from = from;
  d->to = to;
  d->by = by;
  d->good = good;
  return d;
}

}  // namespace

TEST(IntervalRegister, UnwrittenShowsWhatItWas) {
  interval_register unknown, clear(false);
  EXPECT_TRUE(unknown.can_be(true, 5, 9, 1).possible);
  EXPECT_TRUE(clear.can_be(false, 5, 9, 1).possible);
  EXPECT_FALSE(clear.can_be(true, 5, 9, 1).possible);
  unknown.observed(true);
  EXPECT_FALSE(unknown.can_be(false, 5, 9, 1).possible);
}

TEST(IntervalRegister, AnAnsweredWriteIsSeenByWhoComesLater) {
  interval_register r(false);
  r.write(operation_of(10, 20, 1), true, true);
  EXPECT_TRUE(r.can_be(false, 15, 30, 2).possible) << "selected before the answer: may lag";
  EXPECT_FALSE(r.can_be(false, 25, 30, 2).possible);
  EXPECT_FALSE(r.can_be(false, 5, 30, 1).possible) << "its own";
  EXPECT_TRUE(r.can_be(true, 0, 12, 2).possible) << "takes effect before its answer";
  EXPECT_FALSE(r.can_be(true, 0, 9, 2).possible) << "not before it was sent";
}

TEST(IntervalRegister, OverlappingWritesMayGoEitherWay) {
  interval_register r(false);
  r.write(operation_of(10, 20, 1), true, true);
  r.write(operation_of(15, 25, 2), false, true);
  EXPECT_TRUE(r.can_be(true, 30, 40, 3).possible);
  EXPECT_TRUE(r.can_be(false, 30, 40, 3).possible);
  r.write(operation_of(30, 35, 1), true, true);
  EXPECT_FALSE(r.can_be(false, 40, 50, 3).possible);
}

TEST(IntervalRegister, WhatWasReadStaysUntilItIsWritten) {
  interval_register r;
  r.write(operation_of(10, 20, 1), true, false);  // may have done it
  r.read(operation_of(15, 25, 2), false);
  EXPECT_TRUE(r.can_be(true, 30, 40, 3).possible) << "it was read while somebody wrote";
  r.read(operation_of(21, 25, 2), false);
  EXPECT_FALSE(r.can_be(true, 30, 40, 3).possible);
  r.write(operation_of(30, 35, 1), true, false);
  EXPECT_TRUE(r.can_be(true, 40, 50, 3).possible);
}

TEST(IntervalRegister, WithoutAnAnswerItMayHappenOrNot) {
  interval_register r(false);
  r.write(operation_of(10, never, 1, false), true, true);
  EXPECT_TRUE(r.can_be(true, 90, 99, 2).possible);
  EXPECT_TRUE(r.can_be(false, 90, 99, 2).possible);
}

TEST(IntervalRegister, OneSessionsCommandsKeepTheirOrder) {
  interval_register r(false);
  r.write(operation_of(10, 30, 1), true, true);  // pipelined: both are under way at once
  r.write(operation_of(11, 31, 1), false, true);
  EXPECT_FALSE(r.can_be(true, 40, 50, 2).possible);
}

TEST(IntervalRegister, ForgettingChangesNoVerdictOfLaterReaders) {
  interval_register r(false);
  for (place p = 10; p < 400; p += 10) {
    r.write(operation_of(p, p + 5, 1), p % 20 == 0, true);
    r.forget([&](operation const& d) { return d.to < p; });
  }
  EXPECT_LT(r.size(), 4u);
  EXPECT_FALSE(r.can_be(true, 500, 501, 2).possible);
  EXPECT_TRUE(r.can_be(false, 500, 501, 2).possible);
}

}  // namespace mailrig::model::interval_register_test
