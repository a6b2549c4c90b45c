// behaviour: any scenario as what a user does: it is played again and again at a rate, each time on an account that
// nobody else uses, and its commands are measured by kind.
#pragma once

#include "load/plan.hpp"
#include "load/run.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/script.hpp"

namespace mailrig::load {

/// The plan's profile may be null; users are accounts, sessions (or times, or concurrency) say when plays are due. A
/// play that fails counts as a failed "act.SCENARIO", its findings are the run's. Blocks.
base::result<load_record> execute_scenario(plan const& p, scenario::script const& s, scenario::mailroom const& mail,
                                           run_options const& o, bool may_empty, std::atomic<bool> const& interrupted);

}  // namespace mailrig::load
