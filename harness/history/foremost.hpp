// foremost: the finding to go for among several.
#pragma once

#include <string_view>
#include <vector>

#include "history/finding.hpp"

namespace mailrig::history {

/// Of the worst outcome the earliest; of that rule, if one is named. Null when there is none.
finding const* foremost(std::vector<finding> const& all, std::string_view rule = {});

}  // namespace mailrig::history
