// plainer: simpler forms of a command line that may do the same, simplest first.
#pragma once

#include <string>
#include <vector>

namespace mailrig::stress {

std::vector<std::string> plainer(std::string const& line);

}  // namespace mailrig::stress
