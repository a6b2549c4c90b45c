// limits: the bound on everything a server can send us, so that a hostile one costs a finding and not our memory.
#pragma once

#include <chrono>
#include <cstddef>

namespace mailrig::base {

struct limits {
  std::size_t line_octets = 1u << 20;       ///< one line without its literals
  std::size_t literal_octets = 64u << 20;   ///< one literal
  std::size_t response_octets = 96u << 20;  ///< one response with its literals
  std::size_t nesting = 100;                ///< parentheses within one response
  std::size_t mailbox_messages = 1u << 22;  ///< the largest EXISTS that a view follows
  std::size_t findings = 200;               ///< findings kept of one scenario; the rest are counted
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds step{10000};      ///< silence that a script's step bears
  std::chrono::milliseconds scenario{60000};  ///< a whole scenario
};

}  // namespace mailrig::base
