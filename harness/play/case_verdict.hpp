// case_verdict: what a client owes, held against what it did: findings.
#pragma once

#include "history/finding.hpp"
#include "play/case_trace.hpp"
#include "play/client_case.hpp"
#include "play/client_process.hpp"
#include "play/kept_mail.hpp"
#include "play/script_session.hpp"

namespace mailrig::play {

/// What ran, and what lies where afterwards.
struct case_outcome {
  client_end end;                        ///< of the last run
  std::vector<piece> given;              ///< what the server had when that began
  std::vector<piece> past;               ///< what it had before and had no more by then
  std::vector<piece> left;               ///< what it has afterwards
  std::vector<piece> kept;               ///< what the client has
  std::optional<script_outcome> script;  ///< where one was played
};

/// Pure. Where a client was killed, what it owes is told no further: that follows from it.
std::vector<history::finding> case_findings(client_case const& c, client_file const& client, case_outcome const& o,
                                            case_trace const& t);

}  // namespace mailrig::play
