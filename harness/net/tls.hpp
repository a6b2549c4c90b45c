// tls: what both ends of a TLS connection need to know; OpenSSL stays behind it.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

typedef struct ssl_ctx_st SSL_CTX;

namespace mailrig::net {

/// A key and a certificate, PEM.
struct certificate {
  std::string cert, key;
  std::string pin;  ///< SHA-256 of the DER certificate, hex
};

/// A self-signed certificate for localhost, 127.0.0.1 and ::1, valid for ten years, EC P-256.
certificate make_certificate();

/// Shared by any number of connections; immutable after making; any thread.
class tls_context {
 public:
  /// What a client trusts: a CA file, else a pin, else the system's store.
  struct trust {
    std::string ca_file;
    std::string pin;
  };
  static base::result<tls_context> client(trust const& t);
  static base::result<tls_context> server(certificate const& c);

  SSL_CTX* handle() const { return ctx_.get(); }
  std::string const& pin() const { return pin_; }

 private:
  std::shared_ptr<SSL_CTX> ctx_;
  std::string pin_;
};

}  // namespace mailrig::net
