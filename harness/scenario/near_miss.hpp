// near_miss: how near something came to what a pattern asks for, for people to read.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>

namespace mailrig::scenario {

/// What is the first difference, and how much agreed before it.
struct near_miss {
  std::string what;  ///< "FLAGS lacks \\Seen"; empty while nothing differs
  std::size_t agreed = 0;
  bool read = true;  ///< somebody reads `what`: most trials are over without

  bool agrees(std::size_t weight = 1) { return agreed += weight, true; }
  /// `text` is asked for where it is read.
  bool differs(std::invocable auto const& text) {
    if (read && what.empty()) what = text();
    return false;
  }
};

}  // namespace mailrig::scenario
