#include "load/endpoint_choice.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace mailrig::load::endpoint_choice_test {

using session::endpoint_policy;

namespace {

endpoint_source of(endpoint_policy p, std::size_t endpoints, bool moves_on = false) {
  endpoint_source out;
  out.list.policy = p;
  out.list.moves_on = moves_on;
  for (std::size_t i = 0; i < endpoints; ++i) {
    out.list.all.push_back({session::usual_endpoint_name(i), {}, 1});
    out.kept_as.push_back(kind_id(100 + i));
  }
  return out;
}

}  // namespace

TEST(EndpointChoice, WithoutAChoiceThereIsNone) {
  base::rng chance(1);
  endpoint_choice none(nullptr, "u1", "phone");
  EXPECT_EQ(none.next(chance), 0u);
  EXPECT_FALSE(none.could_not_connect());
  EXPECT_EQ(none.kept_as(), no_endpoint);
}

TEST(EndpointChoice, WhoIsRefusedGoesRoundOnceAndThenWaits) {
  base::rng chance(1);
  auto const from = of(endpoint_policy::failover, 3);
  endpoint_choice c(&from, "u1", "phone");
  struct {
    std::size_t place;
    bool at_once;
  } const rounds[] = {{0, true}, {1, true}, {2, false}, {0, true}, {1, true}, {2, false}};
  for (auto const& r : rounds) {
    EXPECT_EQ(c.next(chance), r.place);
    EXPECT_EQ(c.kept_as(), 100 + r.place);
    EXPECT_EQ(c.could_not_connect(), r.at_once);
    EXPECT_EQ(c.left(), 100 + r.place);
  }
}

TEST(EndpointChoice, WhoGotInStaysUntilThatIsRefusedToo) {
  base::rng chance(1);
  auto const from = of(endpoint_policy::failover, 2);
  endpoint_choice c(&from, "u1", "phone");
  EXPECT_EQ(c.next(chance), 0u);
  EXPECT_TRUE(c.could_not_connect());
  EXPECT_EQ(c.next(chance), 1u);
  c.connected();
  EXPECT_EQ(c.next(chance), 1u);
  c.connected();
  EXPECT_TRUE(c.could_not_connect());
  EXPECT_EQ(c.next(chance), 0u);
}

TEST(EndpointChoice, OthersMoveOnOnlyWhereTheTargetSaysSo) {
  base::rng chance(1);
  for (auto const p : {endpoint_policy::first, endpoint_policy::random, endpoint_policy::weighted,
                       endpoint_policy::per_user, endpoint_policy::per_device}) {
    auto const stays = of(p, 2), moves = of(p, 2, true);
    endpoint_choice one(&stays, "u1", "phone"), other(&moves, "u1", "phone");
    (void)one.next(chance);
    EXPECT_FALSE(one.could_not_connect()) << name_of(p);
    auto const before = other.next(chance);
    EXPECT_TRUE(other.could_not_connect()) << name_of(p);
    EXPECT_EQ(other.next(chance), 1 - before) << name_of(p);
    EXPECT_EQ(other.next(chance), 1 - before) << name_of(p);
  }
}

TEST(EndpointChoice, AfterMovingOnChanceChoosesAnewAndALastingChoiceDoesNot) {
  base::rng chance(1);
  for (auto const& [policy, varies] :
       {std::pair(endpoint_policy::random, true), std::pair(endpoint_policy::per_device, false)}) {
    auto const from = of(policy, 4, true);
    endpoint_choice c(&from, "u1", "phone");
    (void)c.next(chance);
    EXPECT_TRUE(c.could_not_connect());
    auto const there = c.next(chance);
    c.connected();
    std::size_t elsewhere = 0;
    for (int i = 0; i < 50; ++i) elsewhere += c.next(chance) != there;
    EXPECT_EQ(elsewhere > 0, varies) << name_of(policy);
  }
}

TEST(EndpointChoice, ByChanceIsAnewForEachConnectionAndOtherwiseNot) {
  base::rng chance(1);
  for (auto const& [policy, varies] :
       {std::pair(endpoint_policy::random, true), std::pair(endpoint_policy::weighted, true),
        std::pair(endpoint_policy::per_user, false), std::pair(endpoint_policy::per_device, false)}) {
    auto const from = of(policy, 4);
    endpoint_choice c(&from, "u1", "phone");
    std::size_t changes = 0, last = c.next(chance);
    for (int i = 0; i < 50; ++i) changes += c.next(chance) != std::exchange(last, c.next(chance));
    EXPECT_EQ(changes > 0, varies) << name_of(policy);
  }
}

}  // namespace mailrig::load::endpoint_choice_test
