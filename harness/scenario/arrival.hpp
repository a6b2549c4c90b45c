// arrival: something that a server sent, kept until an expectation has looked at it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "wire/imap/response.hpp"

namespace mailrig::scenario {

/// Owns its octets.
struct arrival {
  enum class kind { untagged, tagged, continuation, pop3, ended } what = kind::untagged;
  std::string octets;
  wire::imap::response response;  ///< views into `octets`
  std::uint32_t serial = 0;       ///< slot that the number of "* n ..." named when it came
  std::string body;               ///< POP3: lines, unstuffed
  bool multi = false;
  std::string line;     ///< POP3 status line; end cause
  bool used = false;    ///< an expectation has taken it
  bool broken = false;  ///< it breaks the grammar
};
using arrival_ptr = std::unique_ptr<arrival>;

}  // namespace mailrig::scenario
