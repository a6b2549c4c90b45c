// plainer: simpler forms of a command line that may do the same, simplest first.
#pragma once

#include <string>
#include <vector>

namespace mailrig::stress {

std::vector<std::string> plainer(std::string const& line);
/// The same of octets that go out as they stand ("..." and "x"*N, as "raw" has them): with less of them.
std::vector<std::string> plainer_octets(std::string const& argument);

}  // namespace mailrig::stress
