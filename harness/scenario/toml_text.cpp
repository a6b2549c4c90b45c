// toml_text: see toml_text.hpp.
#include "scenario/toml_text.hpp"

#include <sstream>

#include "scenario/toml.hpp"

namespace mailrig::scenario {

std::string toml_text(std::string_view text) {
  std::ostringstream out;
  out << toml::value<std::string>(text);
  return out.str();
}

}  // namespace mailrig::scenario
