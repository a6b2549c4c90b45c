// judged_trace: what the checkers made of a trace, as the result of a scenario.
#pragma once

#include <filesystem>
#include <vector>

#include "check/judge.hpp"
#include "history/run_record.hpp"
#include "history/trace.hpp"

namespace mailrig::app {

/// Takes the judges' findings, one judge for each account; those of requirements weaker than `least` are left out.
history::scenario_result judged_trace(std::vector<check::judge*> const& judges, std::filesystem::path const& file,
                                      history::trace_header const& header, std::size_t events, bool cut_short,
                                      history::level least);

}  // namespace mailrig::app
