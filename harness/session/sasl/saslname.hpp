// saslname: a user's name within an exchange, in which two octets are written otherwise (RFC 5801 §4, RFC 5802 §5.1).
#pragma once

#include <string>
#include <string_view>

namespace mailrig::session {

inline std::string saslname(std::string_view name) {
  std::string out;
  for (char c : name) out += c == ',' ? "=2C" : c == '=' ? "=3D" : std::string(1, c);
  return out;
}

}  // namespace mailrig::session
