// trace_shrink: a trace made as small as it can be while the checkers still find the same in it: for when the server is
// not at hand. Nothing is played, so that whether the server needs what was left out is not known.
#pragma once

#include <atomic>

#include "history/requirement.hpp"
#include "record/trace_steps.hpp"

namespace mailrig::stress {

struct shrunk_trace {
  record::kept_trace trace;
  history::finding finding;             ///< the one that was kept
  std::size_t steps = 0, of_steps = 0;  ///< left, of how many
};

/// `rule`: the finding to keep; empty: the earliest of the worst. `until`: when to be content with what there is. The
/// fault: the checkers find nothing of the kind.
base::result<shrunk_trace> shrink_trace(record::kept_trace const& from, std::string const& rule,
                                        history::catalogue const& requirements, base::instant until,
                                        std::atomic<bool> const& interrupted);

}  // namespace mailrig::stress
