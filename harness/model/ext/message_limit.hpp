// message_limit: how far a command has come that ended with MESSAGELIMIT (RFC 9738 §3.1): from the greatest UID that it
// names down to the one that is told.
#pragma once

#include "wire/imap/response.hpp"

namespace mailrig::model {

/// Whether a command that is answered so has been done to the message with that UID; 0: it is not known.
inline bool is_processed(wire::imap::response const& answer, std::uint32_t uid) {
  if (answer.code != "MESSAGELIMIT") return true;
  auto const lowest = answer.code_args().next().number();
  return lowest && uid >= *lowest;
}

}  // namespace mailrig::model
