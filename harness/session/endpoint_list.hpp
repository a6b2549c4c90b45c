// endpoint_list: several ways to the same mail, as sites with replicas, directors or several front ends have them, and
// which of them a session takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.hpp"
#include "session/channel.hpp"

namespace mailrig::session {

struct named_access {
  std::string name;  ///< as scenarios and reports call it: "a"
  access way;
  double weight = 1;  ///< above 0; its share among the sum of all
};

enum class endpoint_policy : std::uint8_t {
  first,       ///< always the first
  random,      ///< each connection anew, all alike
  per_user,    ///< the same for all that one user has
  per_device,  ///< the same for one device, whenever it comes
  weighted,    ///< each connection anew, by the weights
  failover,    ///< the first, and the next where that cannot be reached
};

/// "per-user"; nothing where there is none of that name.
std::optional<endpoint_policy> endpoint_policy_named(std::string_view name);
std::string_view name_of(endpoint_policy p);
/// All names, the first being what holds where none is given.
std::vector<std::string_view> endpoint_policies();

struct endpoint_list {
  std::vector<named_access> all;  ///< in the order in which they were given
  endpoint_policy policy = endpoint_policy::first;
  bool moves_on = false;  ///< whoever cannot connect to one goes to the next; `failover` always does

  /// Whoever cannot connect tries another.
  bool has_next() const { return all.size() > 1 && (moves_on || policy == endpoint_policy::failover); }
  /// Its place in the list; nothing where there is none of that name.
  std::optional<std::size_t> find(std::string_view name) const;
};

/// For whom an endpoint is chosen. Where a choice is to last, the seed and the names alone decide.
struct endpoint_asker {
  std::uint64_t seed = 1;
  std::string_view user, device;  ///< a device's name tells it from the user's others
};

/// The place of an endpoint in the list; 0 where the list is empty. `chance` is drawn from once where each connection
/// is chosen for anew, and not touched otherwise.
std::size_t choose_endpoint(endpoint_list const& from, endpoint_asker const& who, base::rng& chance);

/// "a", "b" ... "z", "e27" ...: what an endpoint without a name is called by its place, from 0 on.
std::string usual_endpoint_name(std::size_t place);

}  // namespace mailrig::session
