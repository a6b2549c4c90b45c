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
    case end_cause::tls_failed: return "TLS failed";
    case end_cause::deflate_broken: return "DEFLATE broken";
    case end_cause::failed: return "socket failed";
  }
  return "?";
}

}  // namespace mailrig::net
