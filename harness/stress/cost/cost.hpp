// cost: what a growing input costs a server: the processor time (or, of servers that are not ours to look into, the
// time) until it is answered, the memory, and how long another user waits meanwhile; and whether that server is well
// afterwards.
#pragma once

#include "stress/arena.hpp"
#include "stress/cost/growing_input.hpp"

namespace mailrig::stress {

/// Of all processes of a server.
struct spending {
  double cpu = 0;            ///< seconds
  std::uint64_t memory = 0;  ///< octets, resident
  std::uint64_t peak = 0;    ///< the most since somebody looked and began anew
};

struct cost_options {
  std::size_t takes = 4;                 ///< of each size
  std::chrono::milliseconds dear{400};   ///< no larger size follows one that costs more
  std::chrono::milliseconds all{60000};  ///< of one input; takes that would come later are left out
  bool may_empty = false;
  /// What the server's processes have spent; `anew`: the peak begins now. Empty where they cannot be seen.
  std::function<std::optional<spending>(bool anew)> spent;
  std::function<void(std::string const& input, std::size_t size)> progress;
};

struct cost_finding {
  std::string rule;  ///< cost.time, cost.memory, cost.victim, attacked.session, attacked.server, attacked.user
  std::string text;
};

struct cost_row {
  std::string input, title;
  std::vector<std::string> known;
  std::string skipped;  ///< why nothing was measured; empty: it was
  std::string answer;   ///< what all sizes were answered by: OK, NO, BAD, closed, silence
  std::string ended;    ///< why no larger size was asked; empty: all were
  bool by_cpu = false;  ///< `time` is processor time
  std::vector<cost_at> seconds, octets, waits;
  growth time, memory;
  bool memory_seen = false;
  std::vector<cost_finding> findings;
};

/// The fault says what could not be prepared at all.
base::result<cost_row> measure_cost(arena const& a, growing_input const& i, cost_options const& o);

}  // namespace mailrig::stress
