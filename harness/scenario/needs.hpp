// needs: what the lines of a script ask of a server beyond the protocol itself.
#pragma once

#include <string>
#include <vector>

#include "scenario/script.hpp"

namespace mailrig::scenario {

/// Capabilities, each once, in the order in which commands of theirs stand; LITERAL+ where a literal waits for nobody.
std::vector<std::string> needs_of(script const& s);

}  // namespace mailrig::scenario
