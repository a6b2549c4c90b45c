#include "session/endpoint_list.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

namespace mailrig::session::endpoint_list_test {

namespace {

endpoint_list listed(endpoint_policy p, std::vector<double> const& weights) {
  endpoint_list out;
  out.policy = p;
  for (auto const w : weights) out.all.push_back({usual_endpoint_name(out.all.size()), {}, w});
  return out;
}

/// How often each endpoint is chosen, for users with two devices each.
std::map<std::size_t, int> chosen(endpoint_list const& from, std::uint64_t seed, int users) {
  std::map<std::size_t, int> out;
  base::rng chance(seed);
  for (int u = 0; u < users; ++u)
    for (auto const* device : {"phone", "laptop"})
      ++out[choose_endpoint(from, {seed, fmt::format("u{}", u), device}, chance)];
  return out;
}

}  // namespace

TEST(EndpointList, NamesAndPlaces) {
  auto const two = listed(endpoint_policy::first, {1, 1});
  EXPECT_EQ(two.find("b"), 1u);
  EXPECT_FALSE(two.find("c"));
  EXPECT_EQ(usual_endpoint_name(0), "a");
  EXPECT_EQ(usual_endpoint_name(25), "z");
  EXPECT_EQ(usual_endpoint_name(26), "e27");
  for (auto const name : endpoint_policies()) EXPECT_EQ(name_of(*endpoint_policy_named(name)), name);
  EXPECT_FALSE(endpoint_policy_named("per user"));
}

TEST(EndpointList, OnlyThoseMoveOnThatHaveWhereToAndAreTold) {
  struct {
    endpoint_policy policy;
    std::size_t endpoints;
    bool told, moves;
  } const table[] = {{endpoint_policy::first, 2, false, false},   {endpoint_policy::first, 2, true, true},
                     {endpoint_policy::failover, 2, false, true}, {endpoint_policy::failover, 1, false, false},
                     {endpoint_policy::random, 3, true, true},    {endpoint_policy::random, 1, true, false}};
  for (auto const& t : table) {
    auto l = listed(t.policy, std::vector<double>(t.endpoints, 1));
    l.moves_on = t.told;
    EXPECT_EQ(l.has_next(), t.moves) << name_of(t.policy) << t.endpoints << t.told;
  }
}

TEST(EndpointList, ShareOfEachByPolicy) {
  struct {
    endpoint_policy policy;
    std::vector<double> weights, shares;
  } const table[] = {
      {endpoint_policy::first, {1, 9}, {1, 0}},
      {endpoint_policy::failover, {1, 9}, {1, 0}},
      {endpoint_policy::random, {1, 1, 1, 1}, {0.25, 0.25, 0.25, 0.25}},
      {endpoint_policy::random, {3, 1}, {0.5, 0.5}},
      {endpoint_policy::weighted, {3, 1}, {0.75, 0.25}},
      {endpoint_policy::weighted, {1, 2, 7}, {0.1, 0.2, 0.7}},
      {endpoint_policy::per_user, {1, 1}, {0.5, 0.5}},
      {endpoint_policy::per_user, {3, 1}, {0.75, 0.25}},
      {endpoint_policy::per_device, {1, 1, 1}, {1.0 / 3, 1.0 / 3, 1.0 / 3}},
  };
  constexpr int users = 4000;
  for (auto const& t : table) {
    auto got = chosen(listed(t.policy, t.weights), 7, users);
    // Four standard deviations, where the two devices of a user may go together.
    for (std::size_t i = 0; i < t.shares.size(); ++i)
      EXPECT_NEAR(double(got[i]) / (2 * users), t.shares[i], 0.032) << name_of(t.policy) << ' ' << i;
  }
}

TEST(EndpointList, WhatIsToLastHangsOnSeedAndNamesAlone) {
  base::rng one(1), other(2);
  auto const by_user = listed(endpoint_policy::per_user, {1, 1, 1});
  auto const by_device = listed(endpoint_policy::per_device, {1, 1, 1});
  int elsewhere = 0, apart = 0;
  for (int u = 0; u < 200; ++u) {
    auto const user = fmt::format("u{}", u);
    auto const at = choose_endpoint(by_user, {5, user, "phone"}, one);
    EXPECT_EQ(at, choose_endpoint(by_user, {5, user, "phone"}, other));
    EXPECT_EQ(at, choose_endpoint(by_user, {5, user, "laptop"}, other));
    elsewhere += at != choose_endpoint(by_user, {6, user, "phone"}, other);
    auto const phone = choose_endpoint(by_device, {5, user, "phone"}, one);
    EXPECT_EQ(phone, choose_endpoint(by_device, {5, user, "phone"}, other));
    apart += phone != choose_endpoint(by_device, {5, user, "laptop"}, other);
  }
  EXPECT_GT(elsewhere, 80);  // two thirds, by chance
  EXPECT_GT(apart, 80);
  // Nothing was drawn.
  EXPECT_EQ(one.next(), base::rng(1).next());
}

TEST(EndpointList, ChanceIsTheCallersSoThatARunIsReproducible) {
  auto const by_chance = listed(endpoint_policy::random, {1, 1, 1});
  EXPECT_EQ(chosen(by_chance, 3, 50), chosen(by_chance, 3, 50));
  EXPECT_NE(chosen(by_chance, 3, 50), chosen(by_chance, 4, 50));
}

TEST(EndpointList, OneOrNoneIsTheFirst) {
  base::rng chance(1);
  for (auto const name : endpoint_policies())
    for (std::size_t n : {0, 1})
      EXPECT_EQ(choose_endpoint(listed(*endpoint_policy_named(name), std::vector<double>(n, 1)), {}, chance), 0u);
}

}  // namespace mailrig::session::endpoint_list_test
