// descriptor_need: whether a process may open as many files and sockets as scenarios side by side take.
#pragma once

#include <string>
#include <vector>

#include "scenario/script.hpp"

namespace mailrig::app {

/// So many in the worst case: the largest scenarios at once. `both_ends`: the server is in this process.
std::size_t descriptors_of(std::vector<scenario::script const*> scripts, std::size_t jobs, bool both_ends);
/// Empty: it may open `limit`, and that is enough; else what it needs, and with how many jobs it would do.
std::string lacks_descriptors(std::vector<scenario::script const*> const& scripts, std::size_t jobs, bool both_ends,
                              std::size_t limit);

}  // namespace mailrig::app
