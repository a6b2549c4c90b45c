// beginning: see beginning.hpp.
#include "base/beginning.hpp"

#include "base/secrets.hpp"
#include "base/text.hpp"

namespace mailrig::base {

std::string beginning_of(std::string_view said, std::size_t most) {
  constexpr std::size_t further = 8192;
  auto const clean = known_secrets().hide(said.substr(0, most + further), reading::wire);
  return printable(std::string_view(clean).substr(0, most));
}

}  // namespace mailrig::base
