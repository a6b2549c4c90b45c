// script_text: a script as the text of a scenario file, to be read back as the same script.
#pragma once

#include <string>

#include "scenario/script.hpp"

namespace mailrig::scenario {

/// `remarks` are put below the title as comments, one a line.
std::string script_text(script const& s, std::vector<std::string> const& remarks = {});

}  // namespace mailrig::scenario
