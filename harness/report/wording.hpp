// wording: how a finding is told, the same in every format that people read.
#pragma once

#include <string>
#include <vector>

#include "report/format.hpp"

namespace mailrig::report {

/// "RFC 3501 §7.4.1, MUST: EXPUNGE is not sent while FETCH runs" from the catalogue.
std::string rule_line(history::finding const& f, history::catalogue const& c);
/// What was expected, what came with a caret under the octet, as lines without indentation.
std::vector<std::string> finding_lines(history::finding const& f);
/// What led to it, one step a line, sessions by name; empty when one session's octets tell all.
std::vector<std::string> story_lines(history::finding const& f, std::vector<std::string> const& sessions);
/// "  12.345 laptop > a1 NOOP" lines of all sessions on one time axis.
std::vector<std::string> transcript_lines(history::scenario_result const& r);
/// "142 scenarios: 140 pass, 2 fail ..." of what there is.
std::string counts_line(history::run_record const& run);
/// "  (known)" and its kin after a failing scenario's name; empty for a plain one.
std::string_view standing_note(history::scenario_result const& r);
/// "explored: 20 kinds, 800 of 812 pairs of argument forms sent", which pairs were not, and "announced, not exercised:
/// X, Y"; nothing where nothing was explored.
std::vector<std::string> exploration_lines(history::run_record const& run);
std::string seconds(std::chrono::nanoseconds d);

}  // namespace mailrig::report
