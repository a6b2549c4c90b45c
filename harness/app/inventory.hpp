// inventory: which scenarios and checkers prove which requirement.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "history/requirement.hpp"
#include "scenario/script.hpp"

namespace mailrig::app {

/// Requirement -> ids of scenarios, and "checker.rule" names.
std::map<std::string, std::vector<std::string>> proofs(std::vector<scenario::script> const& scripts);

/// Why nothing proves a requirement: `folder`/unproven.tsv, "id<TAB>reason" lines; an id may end in "*".
base::result<std::map<std::string, std::string>> excuses(std::filesystem::path const& folder);
/// The reason for one requirement; empty when there is none.
std::string excuse_for(std::map<std::string, std::string> const& excuses, std::string const& id);
/// A requirement on a server in one of the RFCs that mailrig covers whole, testable at least in part.
bool is_ours(history::requirement const& r);

}  // namespace mailrig::app
