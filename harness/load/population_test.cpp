// The population is the same however it is shared out: over one thread, several, or several processes.
#include "load/population.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace mailrig::load::population_test {

namespace {

profile with(std::vector<double> per_user) {
  profile out;
  for (auto const n : per_user) {
    device_kind k;
    k.per_user = n;
    out.devices.push_back(k);
  }
  return out;
}

/// As the threads of all processes have it: what each plays, put together.
std::multiset<std::pair<std::size_t, std::size_t>> put_together(profile const& who, std::size_t users,
                                                                unsigned processes, unsigned threads) {
  std::multiset<std::pair<std::size_t, std::size_t>> out;
  for (unsigned share = 0; share < processes * threads; ++share) {
    population const all(who, users, processes * threads);
    for (auto const& d : all.devices())
      if (all.share_of(d.user) == share) out.emplace(std::size_t(d.kind - who.devices.data()), d.user);
  }
  return out;
}

}  // namespace

TEST(Population, TenUsersWithFourTenthsOfADeviceHaveFour) {
  auto const who = with({0.4});
  EXPECT_EQ(population(who, 10).devices().size(), 4u);
  EXPECT_EQ(population(with({0.1}), 5).devices().size(), 1u);
  EXPECT_EQ(population(with({0.1}), 4).devices().size(), 0u);
  EXPECT_EQ(population(with({2.5}), 4).devices().size(), 10u);
}

TEST(Population, DependsOnNeitherThreadsNorProcesses) {
  auto const who = with({1, 0.8, 0.4, 0.1, 3});
  for (std::size_t const users : {1u, 10u, 97u}) {
    auto const alone = put_together(who, users, 1, 1);
    EXPECT_EQ(alone.size(), population(who, users).devices().size());
    for (auto const& [processes, threads] : {std::pair{1u, 3u}, {1u, 10u}, {2u, 1u}, {2u, 3u}})
      EXPECT_EQ(put_together(who, users, processes, threads), alone) << users << " " << processes << " " << threads;
  }
}

TEST(Population, EachShareHasAlikeMuchToDo) {
  auto const who = with({1, 0.5, 0.25});
  population const all(who, 80, 4);
  std::map<std::pair<device_kind const*, unsigned>, int> devices;
  for (auto const& d : all.devices()) ++devices[{d.kind, all.share_of(d.user)}];
  for (unsigned share = 0; share < 4; ++share) {
    EXPECT_EQ((devices[{&who.devices[0], share}]), 20);
    EXPECT_NEAR((devices[{&who.devices[1], share}]), 10, 1);
    EXPECT_NEAR((devices[{&who.devices[2], share}]), 5, 1);
  }
}

/// As the threads of all shards have it; each shard with another number of them.
std::multiset<std::pair<std::size_t, std::size_t>> union_of_shards(profile const& who, std::size_t users, unsigned of) {
  std::multiset<std::pair<std::size_t, std::size_t>> out;
  for (unsigned n = 1; n <= of; ++n) {
    unsigned const threads = 1 + n % 3;
    population const all(who, users, threads, {n, of});
    for (unsigned share = 0; share < threads; ++share)
      for (auto const& d : all.devices())
        if (all.share_of(d.user) == share) out.emplace(std::size_t(d.kind - who.devices.data()), d.user);
  }
  return out;
}

TEST(Population, ShardsTogetherAreTheWholeHoweverManyThereAre) {
  auto const who = with({1, 0.8, 0.4, 0.1, 3});
  for (std::size_t const users : {8u, 97u, 400u}) {
    auto const whole = union_of_shards(who, users, 1);
    EXPECT_EQ(whole.size(), population(who, users).devices().size());
    for (unsigned const of : {2u, 3u, 4u, 8u}) EXPECT_EQ(union_of_shards(who, users, of), whole) << users << " " << of;
  }
}

TEST(Population, AShardKeepsItsUsersWhenThereAreMore) {
  auto const who = with({1, 0.5, 0.3});
  for (unsigned n = 1; n <= 3; ++n) {
    population const few(who, 40, 2, {n, 3}), many(who, 90, 1, {n, 3});
    for (std::size_t u = 0; u < 40; ++u)
      EXPECT_EQ(few.share_of(u) == population::elsewhere, many.share_of(u) == population::elsewhere) << u;
  }
}

TEST(Population, EveryDeviceIsCalledOnceBeforeAnyIsCalledAgain) {
  for (std::size_t const users : {1u, 2u, 7u, 100u}) {
    population const all(with({1, 0.5}), users);
    std::set<std::size_t> called;
    for (std::size_t n = 0; n < all.devices().size(); ++n) called.insert(all.called(n));
    EXPECT_EQ(called.size(), all.devices().size()) << users;
    EXPECT_EQ(all.called(all.devices().size()), all.called(0));
  }
}

}  // namespace mailrig::load::population_test
