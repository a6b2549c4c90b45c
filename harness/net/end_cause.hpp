// end_cause: why a connection is no more; each has a name that traces and findings use.
#pragma once

#include <cstdint>
#include <string_view>

namespace mailrig::net {

enum class end_cause : std::uint8_t {
  none,              ///< still open
  client_closed,     ///< we closed it
  server_closed,     ///< the peer closed in order (FIN, or close_notify)
  reset_by_peer,     ///< the peer reset it (RST)
  refused,           ///< nobody listens there
  unreachable,       ///< no route, no such host
  connect_timeout,   ///< no answer to the connection attempt
  reset_on_the_way,  ///< something between the peers, e.g. a NAT that has forgotten the connection, reset it
  peer_silent,       ///< the peer's system answers TCP no more, and never said that it would go
  tls_failed,        ///< the two did not come to terms: an alert, no common version, ...
  tls_absent,        ///< what came in the place of TLS is none
  tls_broken,        ///< it began as TLS, and breaks its rules
  certificate_expired,
  certificate_not_yet_valid,
  certificate_wrong_name,
  certificate_unknown_ca,
  certificate_revoked,
  certificate_weak,  ///< its key or its digest
  certificate_not_pinned,
  deflate_broken,  ///< compressed octets that cannot be inflated
  failed,          ///< any other error of the socket
};

/// "server closed", "reset by server", ...: what checkers and reports read.
std::string_view name_of(end_cause c);
/// The TLS that was asked for did not come about, or broke.
bool is_of_tls(end_cause c);
/// The handshake went well but for us: we do not trust whom we met.
bool is_distrust(end_cause c);

}  // namespace mailrig::net
