// append_machine_test: what is sent for what is offered, and what each refusal changes, by tables.
#include "load/fill/append_machine.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace mailrig::load::append_machine_test {
namespace {

std::vector<std::uint32_t> numbers(std::uint32_t n) {
  std::vector<std::uint32_t> out(n);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

/// All that may be sent before anything is answered: "0-2 3-5!", with "!" where it waits for "+".
std::string sent(append_machine& m) {
  std::string out;
  while (auto const b = m.next()) {
    out += (out.empty() ? "" : " ") + std::to_string(b->numbers.front());
    if (b->numbers.size() > 1) out += "-" + std::to_string(b->numbers.back());
    if (b->waits) out += "!";
  }
  return out;
}

struct way_case {
  char const* what;
  append_offer offer;
  std::vector<std::uint64_t> sizes;
  char const* sent;
};

}  // namespace

TEST(AppendMachine, SendsWhatTheOfferAllows) {
  append_machine::bounds const few{3, 10'000};
  way_case const all[] = {
      {"nothing", {}, {10, 10, 10}, "0!"},
      {"LITERAL+", {.plus = true}, {10, 10, 10, 10}, "0 1 2"},
      {"LITERAL+, octets", {.plus = true}, {6000, 6000}, "0"},
      {"LITERAL-, small", {.minus = true}, {10, 10, 5000, 10}, "0 1"},
      {"LITERAL-, a large one first", {.minus = true}, {5000, 10}, "0!"},
      {"MULTIAPPEND", {.many = true}, {10, 10, 10, 10}, "0-2!"},
      {"MULTIAPPEND, LITERAL+", {.many = true, .plus = true}, {10, 10, 10, 10, 10, 10, 10}, "0-2 3-5"},
      {"MULTIAPPEND, octets", {.many = true, .plus = true}, {6000, 6000, 3000, 10}, "0 1-3"},
      {"MULTIAPPEND, one larger than all", {.many = true, .plus = true}, {20'000, 10}, "0 1"},
      {"MULTIAPPEND, LITERAL-", {.many = true, .minus = true}, {10, 10, 5000, 10}, "0-1"},
      {"MULTIAPPEND, SAVELIMIT", {.many = true, .plus = true, .at_once = 2}, {1, 1, 1, 1, 1}, "0-1 2-3"},
  };
  for (auto const& c : all) {
    append_machine m(c.offer, few);
    m.begin(numbers(std::uint32_t(c.sizes.size())), [&](std::uint32_t n) { return c.sizes[n]; });
    EXPECT_EQ(sent(m), c.sent) << c.what;
  }
}

TEST(AppendMachine, EachAnswerHasItsTurn) {
  struct answer_case {
    char const* what;
    append_offer offer;
    std::vector<std::string> answers;  ///< each to the oldest under way
    append_turn turn;                  ///< after the last
    char const* then;                  ///< what is sent next
    std::size_t notes;
  };
  append_offer const single{}, plus{.plus = true}, many{.many = true}, both{.many = true, .plus = true};
  answer_case const all[] = {
      {"good", many, {"OK done"}, append_turn::go_on, "4-7!", 0},
      {"no mailbox", many, {"NO [TRYCREATE] none"}, append_turn::create, "0-3!", 0},
      {"no mailbox, several under way",
       plus,
       {"NO [TRYCREATE] none", "NO [TRYCREATE] none"},
       append_turn::go_on,
       "",
       0},
      {"too many", many, {"NO [LIMIT] that many"}, append_turn::go_on, "0-1!", 1},
      {"too much", many, {"NO [TOOBIG] no"}, append_turn::go_on, "0-1!", 1},
      {"no reason", many, {"NO it may not be"}, append_turn::go_on, "0-1!", 1},
      {"unknown", many, {"BAD what"}, append_turn::go_on, "0-1!", 1},
      {"a message too big", single, {"NO [TOOBIG] no"}, append_turn::go_on, "1!", 1},
      {"a limit", single, {"NO [LIMIT] enough"}, append_turn::stop, "", 0},
      {"full", many, {"NO [OVERQUOTA] full"}, append_turn::stop, "", 0},
      {"literals", both, {"BAD literal"}, append_turn::reconnect, "", 1},
      {"single and unknown", single, {"BAD what"}, append_turn::stop, "", 0},
  };
  for (auto const& c : all) {
    append_machine m(c.offer, {4, 1000});
    m.begin(numbers(10), [](std::uint32_t) { return 10; });
    (void)sent(m);
    auto turn = append_turn::go_on;
    for (auto const& a : c.answers) turn = m.answered(a);
    EXPECT_EQ(turn, c.turn) << c.what;
    if (c.turn != append_turn::reconnect && m.under_way() == 0) {
      EXPECT_EQ(sent(m), c.then) << c.what;
    }
    EXPECT_EQ(m.notes().size(), c.notes) << c.what;
    EXPECT_EQ(m.trouble().empty(), c.turn != append_turn::stop) << c.what;
  }
}

TEST(AppendMachine, GoesDownToOneByOneAndLosesNothing) {
  append_machine m({.many = true}, {8, 1000});
  m.begin(numbers(20), [](std::uint32_t) { return 10; });
  std::vector<std::uint32_t> put;
  while (!m.is_over()) {
    auto const b = m.next();
    ASSERT_TRUE(b);
    bool const takes = b->numbers.size() == 1;
    if (takes) put.insert(put.end(), b->numbers.begin(), b->numbers.end());
    ASSERT_EQ(m.answered(takes ? "OK" : "NO one only"), append_turn::go_on);
  }
  EXPECT_EQ(put, numbers(20));
  EXPECT_EQ(m.put(), 20u);
  EXPECT_EQ(m.put_octets(), 200u);
  EXPECT_EQ(m.notes().size(), 3u);  // 8, 4, 2
}

TEST(AppendMachine, WhatWasUnderWayIsNotSentAgainUnseen) {
  append_machine m({.many = true, .plus = true}, {4, 1000});
  m.begin(numbers(12), [](std::uint32_t) { return 10; });
  EXPECT_EQ(sent(m), "0-3 4-7");
  EXPECT_EQ(m.under_way(), 8u);
  EXPECT_TRUE(m.lost());
  EXPECT_TRUE(m.is_over());
  m.begin({6, 8, 9, 10, 11}, [](std::uint32_t) { return 10; });
  EXPECT_EQ(sent(m), "6-8 9-10");
  EXPECT_EQ(m.answered("OK"), append_turn::go_on);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(m.lost());
  EXPECT_FALSE(m.lost());  // nothing came of it any more
}

TEST(AppendMachine, CreatesAMailboxOnce) {
  append_machine m({});
  m.begin(numbers(1), [](std::uint32_t) { return 10; });
  (void)m.next();
  EXPECT_EQ(m.answered("NO [TRYCREATE] x"), append_turn::create);
  m.created();
  (void)m.next();
  EXPECT_EQ(m.answered("NO [TRYCREATE] x"), append_turn::stop);
}

TEST(AppendMachine, ReadsCodes) {
  EXPECT_EQ(status_code("NO [TOOBIG] x"), "TOOBIG");
  EXPECT_EQ(status_code("NO [messagelimit 1000 5] x"), "MESSAGELIMIT");
  EXPECT_EQ(status_code("NO text [TOOBIG] x"), "");
  EXPECT_EQ(status_code("OK"), "");
}

}  // namespace mailrig::load::append_machine_test
