// literal_header: "{345}" or "{345+}" at the end of a line: so many octets follow that belong to no line
// (IMAP's literals and those that wait for no continuation).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text.hpp"

namespace mailrig::history {

struct literal_header {
  std::size_t at = 0;       ///< of its "{" in the line
  std::uint64_t count = 0;  ///< octets
  std::string_view after;   ///< from behind the digits: "+}\r\n"

  /// The longest is of 2^64-1 octets.
  static constexpr std::size_t longest = 26;

  /// `line` ends with LF; nothing where it announces no literal.
  static std::optional<literal_header> of(std::string_view line) {
    auto const open = line.rfind('{');
    if (open == line.npos || line.size() - open > longest) return std::nullopt;
    auto const digits = line.substr(open + 1, line.find_first_not_of("0123456789", open + 1) - open - 1);
    auto const after = line.substr(open + 1 + digits.size());
    auto const count = base::number(digits);
    if (!count) return std::nullopt;
    for (std::string_view const end : {"}\r\n", "+}\r\n", "-}\r\n", "}\n", "+}\n", "-}\n"})
      if (after == end) return literal_header{open, *count, after};
    return std::nullopt;
  }
};

}  // namespace mailrig::history
