// tls_sessions: sessions of earlier connections, which later ones resume (RFC 8446 §2.2, RFC 5077).
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "net/openssl.hpp"

namespace mailrig::net {

/// Any thread.
class tls_sessions {
 public:
  /// Of connections, the share that resumes one where there is one: 0 to 1.
  explicit tls_sessions(double share) : share_(share) {}
  void keep(std::string const& server, openssl::session s);
  /// A session is resumed once (RFC 8446 §C.4). Null: none is left, or it is not this connection's turn.
  openssl::session take(std::string const& server);

 private:
  static constexpr std::size_t most_kept = 64;  ///< of one server
  double const share_;
  std::mutex mutex_;
  double owed_ = 0;  ///< resumptions that the share asks for and that have not been
  std::map<std::string, std::deque<openssl::session>> kept_;
};

}  // namespace mailrig::net
