// shard: which of the generators that play one plan together this process is. Told by --shard, or taken from what a
// launcher sets: Slurm, a Kubernetes Indexed Job, MPI.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mailrig::load {

struct shard {
  unsigned number = 1, of = 1;  ///< number is in [1, of]
  std::string told_by = {};     ///< "--shard", or the variable with the rank; empty: nobody told, and it is alone

  bool alone() const { return of == 1; }
  /// It listens, sums and judges.
  bool leads() const { return number == 1; }
  bool operator==(shard const& o) const { return number == o.number && of == o.of; }
};

inline constexpr unsigned most_shards = 4096;

/// The value of an environment variable; null where it is not set.
using variables = std::function<char const*(char const*)>;

/// `option`: as --shard says it, "2/4", the first being 1/4; empty: the environment tells, unless `ignored`. Launchers
/// count ranks from 0. A count of 1 is a process alone. The fault says which option or variables are wrong.
base::result<shard> read_shard(std::string_view option, bool ignored, variables const& of);

}  // namespace mailrig::load
