// expected_line: a line of a scenario that says what a session waits for, read:
// "within 2s ! trait NAME: PATTERN = LABEL | PATTERN = LABEL".
#pragma once

#include <optional>
#include <string_view>

#include "scenario/script.hpp"

namespace mailrig::scenario {

struct expected_line {
  std::optional<base::duration> within;
  bool only = false;  ///< "only", which asks for nothing itself
  expectation what;   ///< without alternatives where the line asks for nothing
};

/// The fault's offset is where in `text` the mistake is.
base::result<expected_line> read_expected_line(std::string_view text, history::protocol proto);

}  // namespace mailrig::scenario
