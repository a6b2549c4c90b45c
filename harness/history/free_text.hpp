// free_text: how a status response of IMAP ends: in words for people, where "{5}" announces nothing.
#pragma once

#include <string_view>

#include "base/text.hpp"

namespace mailrig::history {

/// True when everything up to the end of `line` is human-readable text.
inline bool ends_in_free_text(std::string_view line) {
  if (line.starts_with("+")) return true;
  auto const space = line.find(' ');
  if (space == line.npos) return false;
  auto rest = line.substr(space + 1);
  for (std::string_view word : {"OK ", "NO ", "BAD ", "BYE ", "PREAUTH "})
    if (base::istarts_with(rest, word)) {
      rest.remove_prefix(word.size());
      return !rest.starts_with("[") || rest.find(']') != rest.npos;
    }
  return false;
}

}  // namespace mailrig::history
