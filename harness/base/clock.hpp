// clock: instants on one steady axis, so that every floor can be told the time instead of asking for it.
#pragma once

#include <chrono>

namespace mailrig::base {

/// Nanoseconds since the run began (live) or since the trace began (replayed).
using instant = std::chrono::nanoseconds;
using duration = std::chrono::nanoseconds;

/// Steady time since the first call in this process. Any thread.
inline instant now() {
  static auto const epoch = std::chrono::steady_clock::now();
  return std::chrono::steady_clock::now() - epoch;
}

}  // namespace mailrig::base
