// population: see population.hpp.
#include "load/population.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/rng.hpp"

namespace mailrig::load {

std::size_t devices_of_user(std::size_t user, double per_user) {
  // A little more than a half: what is a half in decimal may be less in binary.
  auto const of_first = [&](std::size_t users) {
    return std::size_t(std::floor(double(users) * per_user + 0.5 + 1e-9));
  };
  return of_first(user + 1) - of_first(user);
}

namespace {

/// Where dealing out users with these devices begins, so that it is not the same shard for all.
std::uint64_t first_shard(std::vector<std::uint32_t> const& devices) {
  std::uint64_t mixed = 0;
  for (auto const n : devices) mixed = base::rng(mixed ^ n).next();
  return mixed >> 32;
}

}  // namespace

population::population(profile const& who, std::size_t users, unsigned shares, shard const& ours)
    : share_of_(users, elsewhere) {
  auto const kinds = who.devices.size();
  std::vector<std::uint32_t> counts(users * kinds);
  for (std::size_t k = 0; k < kinds; ++k)
    for (std::size_t u = 0; u < users; ++u) {
      auto const n = devices_of_user(u, who.devices[k].per_user);
      counts[u * kinds + k] = std::uint32_t(n);
      devices_.insert(devices_.end(), n, {&who.devices[k], u});
    }
  std::vector<std::size_t> order(users);
  std::iota(order.begin(), order.end(), std::size_t(0));
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    auto const *x = &counts[a * kinds], *y = &counts[b * kinds];
    return std::lexicographical_compare(x, x + kinds, y, y + kinds);
  });
  // A shard's part depends neither on how many threads another has, nor on how many users there are.
  std::vector<char> here(users, ours.alone());
  std::map<std::vector<std::uint32_t>, std::uint64_t> alike;  ///< users with the same devices so far
  for (std::size_t u = 0; u < users && !ours.alone(); ++u) {
    std::vector<std::uint32_t> const has(counts.begin() + std::ptrdiff_t(u * kinds),
                                         counts.begin() + std::ptrdiff_t((u + 1) * kinds));
    auto const [same, first] = alike.try_emplace(has, 0);
    if (first) same->second = first_shard(has);
    here[u] = same->second++ % ours.of == ours.number - 1;
  }
  unsigned dealt = 0;
  for (auto const u : order)
    if (here[u]) share_of_[u] = dealt++ % shares;
  // Steps of the golden section meet every place of a circle, and soon each part of it alike, where the number of
  // places has no divisor in common with them.
  auto const all = devices_.size();
  stride_ = std::max<std::size_t>(1, std::size_t(double(all) * 0.6180339887498949));
  while (all > 0 && std::gcd(stride_, all) != 1) ++stride_;
}

std::size_t population::called(std::size_t n) const {
  auto const all = devices_.size();
  return std::size_t(std::uint64_t(n % all) * stride_ % all);
}

}  // namespace mailrig::load
