// linux_spending: what the processes of a server have spent, to the nanosecond, and the most memory that they had;
// elsewhere than on Linux nothing is known.
#pragma once

#include <cstdint>
#include <optional>

namespace mailrig::load {

struct process_spending {
  double cpu = 0;            ///< seconds, of threads that run
  std::uint64_t memory = 0;  ///< octets, resident
  std::uint64_t peak = 0;    ///< the most that each had, added up
};

/// Of all processes of a session. `anew`: their peaks begin now, where the system lets us say so. Nothing where there
/// is no such process.
std::optional<process_spending> spent_by_session(int session, bool anew);

}  // namespace mailrig::load
