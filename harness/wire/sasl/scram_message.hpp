// scram_message: what a server says in SCRAM (RFC 5802 §7), read strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"

namespace mailrig::wire::sasl {

/// "r=NONCE,s=SALT,i=COUNT"; views into the message.
struct server_first {
  std::string_view nonce;
  std::string_view salt;         ///< base64
  std::uint64_t iterations = 0;  ///< the greatest number where there are more digits than it has
  bool mandatory = false;        ///< "m=": an extension that must be understood; nothing else is read then
};
/// The fault's offset is where the grammar is broken.
base::result<server_first> read_server_first(std::string_view message);

/// "v=SIGNATURE" or "e=ERROR".
struct server_final {
  std::string_view verifier;  ///< base64; empty: an error
  std::string_view error;
};
base::result<server_final> read_server_final(std::string_view message);

}  // namespace mailrig::wire::sasl
