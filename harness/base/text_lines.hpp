// text_lines: the lines of a file that people write, whatever their editor makes of line ends: the one reader for
// baselines, lists of accounts, times, tables.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace mailrig::base {

struct text_line {
  std::size_t number = 0;  ///< from 1
  std::string_view text;   ///< without its end; a view into what was read
};

/// Ended by LF or CRLF, the last perhaps by nothing; a byte order mark is left out. The fault's offset is the line, and
/// its text says what is wrong and how to mend it, and repeats nothing of the line: UTF-16, NUL, or a CR by itself.
result<std::vector<text_line>> lines_of(std::string_view text);

}  // namespace mailrig::base
