// tls_session: TLS on a socket's descriptor, without waiting: each call says what it waits for.
#pragma once

#include <string>
#include <string_view>

#include "net/end_cause.hpp"
#include "net/endpoint.hpp"
#include "net/openssl.hpp"
#include "net/tls.hpp"

namespace mailrig::net {

enum class tls_progress : std::uint8_t { done, wants_octets, wants_room, failed };

/// Why a session is no more.
struct tls_failure {
  end_cause cause = end_cause::none;
  std::string detail;
};

class tls_session {
 public:
  /// The descriptor stays its owner's. A client holds the certificate against `to`, which a server leaves empty.
  tls_session(tls_context const& context, tls_role role, endpoint const& to, int descriptor);
  tls_session(tls_session const&) = delete;

  struct moved {
    tls_progress state = tls_progress::done;
    std::size_t octets = 0;
  };
  tls_progress handshake();
  moved read(char* to, std::size_t size);
  /// May take less than it is given.
  moved write(std::string_view octets);
  /// Octets that are unpacked already: the descriptor does not show them.
  bool pending() const { return SSL_pending(ssl_.get()) > 0; }
  /// The next handshake() is one more within this session, which TLS 1.3 does not have: then false.
  bool renegotiate() { return SSL_version(ssl_.get()) <= TLS1_2_VERSION && SSL_renegotiate(ssl_.get()) == 1; }
  void say_goodbye() { SSL_shutdown(ssl_.get()); }

  tls_failure const& failure() const { return failure_; }
  /// Version and cipher, and ", resumed" or ", ALPN imap" where it is so.
  std::string description() const;
  /// RFC 9266 §4, RFC 5929 §4; empty for another type.
  std::string channel_binding(std::string_view type) const;
  std::string peer_name() const;

  /// Sessions that servers offer are kept for later connections of this context.
  static void keep_sessions(SSL_CTX* context);

 private:
  static int keep(SSL* of, SSL_SESSION* offered);
  static int look(int trusted, X509_STORE_CTX* at);
  void meet(endpoint const& to);
  bool pinned();
  tls_progress progress(int returned);
  end_cause cause_of(int reason) const;
  void fail();

  tls_context context_;
  openssl::ssl ssl_;
  std::string server_;  ///< whose sessions are resumed
  tls_failure failure_;
};

}  // namespace mailrig::net
