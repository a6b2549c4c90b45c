// connection_sink: who hears a connection.
#pragma once

#include <string_view>

#include "net/end_cause.hpp"

namespace mailrig::net {

/// Called on the loop's thread. on_end comes once, last.
class connection_sink {
 public:
  virtual ~connection_sink() = default;
  virtual void on_open() {}
  /// The version and the cipher, and ", resumed" where the session was.
  virtual void on_secured(std::string_view /*how*/) {}
  virtual void on_octets(std::string_view octets) = 0;
  /// The peer sends no more (FIN without TLS). True: it may still be sent to, and on_end comes when we close; false: it
  /// is the end.
  virtual bool on_half_closed() { return false; }
  virtual void on_end(end_cause cause, std::string_view detail) = 0;
};

}  // namespace mailrig::net
