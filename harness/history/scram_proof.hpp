// scram_proof: in base64, "v=": SCRAM's proof that the server knows the password (RFC 5802 §5.1), by which whoever has
// heard the rest can try one password after another.
#pragma once

#include <string_view>

namespace mailrig::history {

/// A challenge that begins so, whatever follows.
inline bool shows_proof(std::string_view line) {
  return line.starts_with("+ dj") && line.size() > 4 && line[4] >= '0' && line[4] <= '3';
}

}  // namespace mailrig::history
