// toml_text: a text as TOML writes it, quoted.
#pragma once

#include <string>
#include <string_view>

namespace mailrig::scenario {

std::string toml_text(std::string_view text);

}  // namespace mailrig::scenario
