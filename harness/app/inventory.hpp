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

}  // namespace mailrig::app
