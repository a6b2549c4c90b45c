// mechanism: the client's side of a SASL mechanism, one file each; a new file is all that a new one needs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/registry.hpp"
#include "session/credentials.hpp"

namespace mailrig::session {

/// What ties the exchange to the TLS session below it, by its type ("tls-exporter"); empty without TLS.
using channel_binding = std::function<std::string(std::string_view type)>;

/// What a script has the client say otherwise than it should, by its name in the mechanism.
using sasl_oddities = std::map<std::string, std::string, std::less<>>;

/// What an exchange starts from.
struct sasl_start {
  credentials const& who;
  channel_binding binding = {};
  bool plus_offered = false;    ///< the server offers the mechanism with channel binding too
  std::string_view nonce = {};  ///< for tests; else drawn
  sasl_oddities odd = {};

  std::optional<std::string> said_otherwise(std::string_view name) const {
    auto const at = odd.find(name);
    return at == odd.end() ? std::nullopt : std::optional(at->second);
  }
};

/// One exchange, octets in and out without base64.
class sasl_exchange {
 public:
  virtual ~sasl_exchange() = default;
  /// The answer to a challenge; nothing when the challenge is wrong and the exchange must be cancelled.
  virtual std::optional<std::string> respond(std::string_view challenge) = 0;
  /// False when the server ended in OK without having proved what the mechanism wants.
  virtual bool proven() const { return true; }
  /// What was wrong with the challenge that has no answer; without what is secret.
  virtual std::string_view why() const { return "the exchange was over"; }
};

struct mechanism {
  std::string_view name;
  bool client_first = true;    ///< the first response may go with the command
  unsigned strength = 0;       ///< of those that take a password, the highest is tried first; 0: only when asked for
  bool needs_binding = false;  ///< the name ends in -PLUS
  bool takes_token = false;    ///< of OAuth, instead of the password
  std::string_view odd = {};   ///< names of sasl_oddities that it knows, between spaces
  std::unique_ptr<sasl_exchange> (*begin)(sasl_start const&) = nullptr;
};

/// In any case of letters; null for an unknown one.
mechanism const* find_mechanism(std::string_view name);
/// The strongest that `offered` says yes to, for somebody with a password; null for none.
mechanism const* strongest(std::function<bool(std::string_view name)> const& offered, bool has_binding);
/// "CRAM-MD5, EXTERNAL, ...", for messages.
std::string known_mechanisms();

}  // namespace mailrig::session
