// end_cause: see end_cause.hpp.
#include "net/end_cause.hpp"

namespace mailrig::net {

std::string_view name_of(end_cause c) {
  switch (c) {
    case end_cause::none: return "open";
    case end_cause::client_closed: return "client closed";
    case end_cause::server_closed: return "server closed";
    case end_cause::reset_by_peer: return "reset by server";
    case end_cause::refused: return "connection refused";
    case end_cause::unreachable: return "unreachable";
    case end_cause::connect_timeout: return "connect timeout";
    case end_cause::reset_on_the_way: return "reset on the way";
    case end_cause::peer_silent: return "peer silent";
    case end_cause::tls_failed: return "TLS failed";
    case end_cause::tls_absent: return "no TLS";
    case end_cause::tls_broken: return "TLS broken";
    case end_cause::certificate_expired: return "certificate expired";
    case end_cause::certificate_not_yet_valid: return "certificate not yet valid";
    case end_cause::certificate_wrong_name: return "certificate for another name";
    case end_cause::certificate_unknown_ca: return "certificate of an unknown CA";
    case end_cause::certificate_revoked: return "certificate revoked";
    case end_cause::certificate_weak: return "certificate too weak";
    case end_cause::certificate_not_pinned: return "certificate not pinned";
    case end_cause::deflate_broken: return "DEFLATE broken";
    case end_cause::failed: return "socket failed";
  }
  return "?";
}

bool is_of_tls(end_cause c) { return c >= end_cause::tls_failed && c <= end_cause::certificate_not_pinned; }

bool is_distrust(end_cause c) { return c >= end_cause::certificate_expired && c <= end_cause::certificate_not_pinned; }

}  // namespace mailrig::net
