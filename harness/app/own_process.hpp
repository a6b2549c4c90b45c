// own_process: the embedded server in a process of its own, so that what it spends is no part of what the rig spends,
// and so that it can be ended whatever it does.
#pragma once

#include <string>
#include <vector>

#include "scenario/target.hpp"

namespace mailrig::app {

base::result<scenario::target> embedded_process(std::string const& defect, std::vector<std::string> const& latitudes,
                                                std::size_t accounts);

}  // namespace mailrig::app
