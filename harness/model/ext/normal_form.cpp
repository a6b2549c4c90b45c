// normal_form: see normal_form.hpp.
#include "model/ext/normal_form.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "wire/imap/mutf7.hpp"

namespace mailrig::model {

bool has_other_forms(std::string_view name) {
  bool const wide = !base::is_ascii(name);
  auto const decoded = wide ? base::result<std::string>(std::string(name)) : wire::imap::decode_mutf7(name);
  if (!decoded) return false;
  for (std::size_t at = 0; at + 1 < decoded->size(); ++at) {
    auto const lead = static_cast<unsigned char>((*decoded)[at]), next = static_cast<unsigned char>((*decoded)[at + 1]);
    if (lead == 0xCC || (lead == 0xCD && next <= 0xAF)) return true;
  }
  return false;
}

}  // namespace mailrig::model
