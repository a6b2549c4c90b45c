// tls: what both ends of a TLS connection need to know; OpenSSL stays behind it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/certificate.hpp"

typedef struct ssl_ctx_st SSL_CTX;

namespace mailrig::net {

class tls_sessions;

enum class tls_role : bool { client, server };

/// How a client meets a server. Paths name PEM files. What is empty is the system's default.
struct tls_options {
  std::string ca_file = {};                ///< trusted instead of the system's store
  std::string ca_folder = {};              ///< the same, as c_rehash makes it
  std::vector<std::string> pins = {};      ///< SHA-256 of certificates (DER), hex: one of them, whoever signed it
  std::string crl_file = {};               ///< certificates that are revoked; then each needs a current list
  std::string server_name = {};            ///< for SNI and the certificate, instead of the host's name
  bool alpn = false;                       ///< names the protocol, "imap" or "pop3"
  std::string certificate = {}, key = {};  ///< the client's own
  std::string lowest = {}, highest = {};   ///< "1.0" to "1.3"
  std::string ciphers = {};                ///< of TLS 1.2 and before, as `openssl ciphers` takes it
  std::string suites = {};                 ///< of TLS 1.3
  double resume = 0;                       ///< share of connections, 0 to 1, that resume a session of an earlier one
};

/// Shared by any number of connections; immutable after making, but for the sessions that can be resumed; any thread.
class tls_context {
 public:
  static base::result<tls_context> client(tls_options const& o);
  /// `clients_signed_by` not empty: a file of CAs; a client must show a certificate that one of them signed, or, where
  /// it `may_lack` one, may. `alpn` is what is chosen when a client offers it.
  static base::result<tls_context> server(certificate const& c, std::string const& clients_signed_by = {},
                                          std::vector<std::string> alpn = {}, bool may_lack = false);

  /// Sessions that are made from here on speak no other versions; as in tls_options.
  void narrow(std::string const& lowest, std::string const& highest);

  SSL_CTX* handle() const { return context_.get(); }
  tls_options const& options() const { return *options_; }
  tls_sessions& sessions() const { return *sessions_; }

 private:
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<tls_options const> options_;
  std::shared_ptr<tls_sessions> sessions_;
  std::shared_ptr<std::string> alpn_;  ///< as the wire has it: each name after its length
};

}  // namespace mailrig::net
