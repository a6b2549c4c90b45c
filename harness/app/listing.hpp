// listing: what there is of a kind: scenarios, requirements, checkers ... as `mailrig list` shows and completion offers
// it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.hpp"

namespace mailrig::app {

/// The kinds that can be listed, in the order in which help names them.
std::vector<std::string> const& listed_kinds();

/// An array of objects, each with an id and a summary. `uncovered`: of requirements those that nothing looks at.
base::result<nlohmann::json> list_items(std::string const& what, bool uncovered);

}  // namespace mailrig::app
