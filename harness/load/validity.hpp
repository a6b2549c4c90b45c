// validity: whether the rig itself was the limit: a figure that our own lateness made says nothing of the server.
#pragma once

#include <string>
#include <vector>

#include "load/tally.hpp"

namespace mailrig::load {

enum class validity : std::uint8_t { valid, degraded, invalid };
std::string_view name_of(validity v);

/// What a run knows of itself.
struct rig_signs {
  tally const* figures = nullptr;
  double seconds = 0;                    ///< measured
  std::uint64_t stall_max = 0;           ///< nanoseconds: the longest that a loop stood still
  double busiest_thread = 0;             ///< CPU time over wall time of the busiest of our threads
  double steal = 0;                      ///< share of the machine's CPU that its host took
  double retransmitted = 0;              ///< share of our connections' TCP segments
  std::uint64_t planned = 0, begun = 0;  ///< sessions by rate
  std::uint64_t turned_away = 0;         ///< of them: no user was free
  bool interrupted = false;
};

struct verdict_on_rig {
  validity grade = validity::valid;
  std::vector<std::string> reasons;  ///< each with the value and its limit
  void note(validity v, std::string why);
};

verdict_on_rig assess(rig_signs const& s);

}  // namespace mailrig::load
