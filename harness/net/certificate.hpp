// certificate: keys and certificates that are made on the spot, for servers of ours and for tests.
#pragma once

#include <string>

namespace mailrig::net {

/// A key and a certificate, PEM.
struct certificate {
  std::string cert, key;
  std::string pin;  ///< SHA-256 of the DER certificate, hex
};

struct certificate_request {
  std::string common_name = "localhost";
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";  ///< as OpenSSL's subjectAltName
  int from_days = -1, until_days = 3650;                    ///< from now
  int rsa_bits = 0;                                         ///< 0: an EC key, P-256
  bool signs = false;                                       ///< a CA
  long serial = 1;
};

/// Signed by `issuer`, or by itself.
certificate make_certificate(certificate_request const& r = {}, certificate const* issuer = nullptr);
/// A list, PEM, that `issuer` signs today and that revokes `serial`.
std::string make_revocation_list(certificate const& issuer, long serial);
/// SHA-256 of a PEM certificate's DER form, hex; empty when it is none.
std::string pin_of(std::string const& pem);

}  // namespace mailrig::net
