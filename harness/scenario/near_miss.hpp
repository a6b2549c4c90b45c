// near_miss: how near something came to what a pattern asks for, for people to read.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace mailrig::scenario {

/// What is the first difference, and how much agreed before it.
struct near_miss {
  std::string what;  ///< "FLAGS lacks \\Seen"; empty while nothing differs
  std::size_t agreed = 0;

  bool agrees(std::size_t weight = 1) { return agreed += weight, true; }
  bool differs(std::string text) {
    if (what.empty()) what = std::move(text);
    return false;
  }
};

}  // namespace mailrig::scenario
