// sasl_client: the client's side of PLAIN (RFC 4616), SCRAM-SHA-256 (RFC 5802, 7677) and XOAUTH2.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "session/credentials.hpp"

namespace mailrig::session {

/// One exchange, octets in and out without base64.
class sasl_client {
 public:
  virtual ~sasl_client() = default;
  /// The answer to a challenge; nothing when the challenge is wrong and the exchange must be cancelled.
  virtual std::optional<std::string> respond(std::string_view challenge) = 0;
  /// May the first response go with the command?
  virtual bool client_first() const { return true; }
  /// False when the server ended in OK without having proved what the mechanism wants.
  virtual bool proven() const { return true; }

  /// Null for an unknown mechanism. `nonce`: fixed for tests, else empty.
  static std::unique_ptr<sasl_client> begin(credentials const& c, std::string_view nonce = {});
};

}  // namespace mailrig::session
