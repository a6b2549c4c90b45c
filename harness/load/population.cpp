// population: see population.hpp.
#include "load/population.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mailrig::load {

std::size_t devices_of_user(std::size_t user, double per_user) {
  // A little more than a half: what is a half in decimal may be less in binary.
  auto const of_first = [&](std::size_t users) {
    return std::size_t(std::floor(double(users) * per_user + 0.5 + 1e-9));
  };
  return of_first(user + 1) - of_first(user);
}

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
  // A shard's part does not depend on how many threads another has.
  for (std::size_t i = 0; i < users; ++i)
    if (i % ours.of == ours.number - 1) share_of_[order[i]] = unsigned(i / ours.of % shares);
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
