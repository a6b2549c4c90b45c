// shown_certificates: what clients are shown when TLS begins: a certificate that is good, or wrong in one way.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "net/tls.hpp"

namespace mailrig::play {

enum class certificate_kind : std::uint8_t { good, stranger, expired, early, wrong_name };
/// "good", "stranger", "expired", "early", "wrong-name".
std::optional<certificate_kind> certificate_named(std::string_view name);
std::vector<std::string_view> certificate_names();

/// Made when first asked for. One thread; the CA is one for the process.
class shown_certificates {
 public:
  /// PEM of the CA that clients must trust.
  static std::string const& authority();
  base::result<net::tls_context const*> of(certificate_kind k);

 private:
  std::map<certificate_kind, net::tls_context> made_;
};

}  // namespace mailrig::play
