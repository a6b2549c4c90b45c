// trace_script: a trace as a scenario: what each client did, in the order it was done, with the mail and the mailboxes
// that were there; the checkers are who says what is wrong. Logins become the language's own, since a trace holds no
// credentials.
#pragma once

#include <optional>

#include "history/requirement.hpp"
#include "record/kept_trace.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/script.hpp"

namespace mailrig::record {

/// What a scenario of a trace expects.
enum class expecting : std::uint8_t {
  right,  ///< what should have come: the checkers say; an answer that none has anything against has its status
  came    ///< what came, right or not
};

struct retold {
  scenario::script script;
  std::vector<std::string> remarks;          ///< where it comes from, what it showed, what was left out, a line each
  std::optional<history::finding> foremost;  ///< the earliest of the worst that the checkers find in the trace
};

/// `longer`: a trace of which this is a part, and which shows more of the mail; may be null. The fault: nobody sends a
/// command after logging in.
base::result<retold> script_of_trace(kept_trace const& from, scenario::mailroom const& shipped,
                                     history::catalogue const& requirements, expecting what = expecting::right,
                                     kept_trace const* longer = nullptr);

}  // namespace mailrig::record
