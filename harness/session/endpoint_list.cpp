// endpoint_list: see endpoint_list.hpp.
#include "session/endpoint_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mailrig::session {
namespace {

constexpr std::pair<std::string_view, endpoint_policy> policy_names[] = {
    {"first", endpoint_policy::first},       {"random", endpoint_policy::random},
    {"per-user", endpoint_policy::per_user}, {"per-device", endpoint_policy::per_device},
    {"weighted", endpoint_policy::weighted}, {"failover", endpoint_policy::failover}};

/// Whose share of the whole a number in (0, 1] falls into.
std::size_t by_weight(std::vector<named_access> const& all, double drawn) {
  double sum = 0;
  for (auto const& one : all) sum += one.weight;
  auto left = drawn * sum;
  for (std::size_t i = 0; i < all.size(); ++i)
    if ((left -= all[i].weight) <= 0) return i;
  return all.size() - 1;  // what rounding has left over
}

/// The same for the same names and seed, and spread evenly over names.
double lasting(std::uint64_t seed, std::string_view user, std::string_view device) {
  auto const named = base::fnv1a(device, base::fnv1a("/", base::fnv1a(user)));
  base::rng mixed(named ^ base::rng(seed).next());
  return mixed.unit();
}

}  // namespace

std::optional<endpoint_policy> endpoint_policy_named(std::string_view name) {
  for (auto const& [known, policy] : policy_names)
    if (known == name) return policy;
  return std::nullopt;
}

std::string_view name_of(endpoint_policy p) {
  for (auto const& [name, policy] : policy_names)
    if (policy == p) return name;
  return "first";
}

std::vector<std::string_view> endpoint_policies() {
  std::vector<std::string_view> out;
  for (auto const& [name, policy] : policy_names) out.push_back(name);
  return out;
}

std::optional<std::size_t> endpoint_list::find(std::string_view name) const {
  auto const at = std::ranges::find(all, name, &named_access::name);
  return at == all.end() ? std::nullopt : std::optional(std::size_t(at - all.begin()));
}

std::size_t choose_endpoint(endpoint_list const& from, endpoint_asker const& who, base::rng& chance) {
  if (from.all.size() < 2) return 0;
  switch (from.policy) {
    case endpoint_policy::random: return chance.below(from.all.size());
    case endpoint_policy::weighted: return by_weight(from.all, chance.unit());
    case endpoint_policy::per_user: return by_weight(from.all, lasting(who.seed, who.user, {}));
    case endpoint_policy::per_device: return by_weight(from.all, lasting(who.seed, who.user, who.device));
    case endpoint_policy::first:
    case endpoint_policy::failover: break;
  }
  return 0;
}

std::string usual_endpoint_name(std::size_t place) {
  return place < 26 ? std::string(1, char('a' + place)) : fmt::format("e{}", place + 1);
}

}  // namespace mailrig::session
