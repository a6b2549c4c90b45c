// case_play: a client put to a case: its server is started, the client run, and what came of it judged.
#pragma once

#include "history/requirement.hpp"
#include "history/run_record.hpp"
#include "play/client_case.hpp"
#include "scenario/mailroom.hpp"

namespace mailrig::play {

/// What all cases of a run have alike. Outlives them.
struct case_setting {
  client_file const& client;
  scenario::mailroom const& mail;
  history::catalogue const& requirements;
  std::filesystem::path trace_folder = {};  ///< empty: traces are not kept
};

/// Skipped where the client does not speak the case's protocol or know its way to be secure. An error is the rig's own.
history::scenario_result play_case(client_case const& c, case_setting const& s);

}  // namespace mailrig::play
