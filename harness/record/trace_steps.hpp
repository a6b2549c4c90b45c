// trace_steps: a trace taken apart into what can be left out of it: connections, and commands with all that was
// answered to them.
#pragma once

#include <cstddef>
#include <vector>

#include "record/kept_trace.hpp"

namespace mailrig::record {

/// What goes together. Without the beginning of its session nothing of a session is left.
struct trace_step {
  enum class kind { beginning, command, other } what = kind::other;
  std::size_t connection = 0;       ///< in the order in which they were opened
  bool changes = false;             ///< it changes mail, flags or mailboxes, or asks to
  bool reads = false;               ///< it fetches messages, which may set \\Seen
  std::vector<std::size_t> events;  ///< of the trace that is taken apart
};

/// The same trace with each command and each response in an event of its own, and its steps. A "+" that only waits for
/// the rest of a command is left out: its client goes ahead.
struct stepped_trace {
  kept_trace trace;
  std::vector<trace_step> steps;
};
stepped_trace steps_of(kept_trace const& from);

/// Which of its events are there without some of its steps; `kept` is as long as the steps.
std::vector<bool> events_of(stepped_trace const& all, std::vector<bool> const& kept);
/// The trace without some of its steps; `kept` is as long as the steps.
kept_trace without_steps(stepped_trace const& all, std::vector<bool> const& kept);

}  // namespace mailrig::record
