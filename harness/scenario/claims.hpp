// claims: the requirements that scenarios and workloads say they prove; each must have a row in the catalogue.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "history/requirement.hpp"
#include "scenario/script.hpp"

namespace mailrig::scenario {

/// Every id that the header or a step of `s` names, each once, in order.
std::vector<std::string> claims(script const& s);

/// A fault for the first of `ids` that has no row: "file:line:column: ..." with a caret, as for a mistake in a script.
/// `file` is where they stand, on lines that begin with "proves"; "file:line" says which line.
base::result<void> known_claims(std::vector<std::string> const& ids, std::string const& file,
                                history::catalogue const& requirements);
base::result<void> known_claims(std::vector<script> const& scripts, history::catalogue const& requirements);

/// "; did you mean RFC3501-7.4.1-05?", or nothing when no row is near.
std::string nearest_row(std::string_view id, history::catalogue const& requirements);

}  // namespace mailrig::scenario
