// quoted: see quoted.hpp.
#include "base/quoted.hpp"

namespace mailrig::base {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char const c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace mailrig::base
