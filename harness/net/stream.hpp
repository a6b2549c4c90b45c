// stream: what carries a connection's octets, over a socket or in memory; DEFLATE and whoever uses the connection sit
// on it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/connection_sink.hpp"
#include "net/endpoint.hpp"
#include "net/tls.hpp"

namespace mailrig::net {

/// On the loop's thread. It may be told anything at any time, also from within its sink's calls; after its end it does
/// nothing.
class stream : public std::enable_shared_from_this<stream> {
 public:
  virtual ~stream() = default;

  virtual void send(std::string_view octets) = 0;
  virtual void start_tls(tls_context const& context, tls_role role) = 0;
  /// One more handshake within TLS up to 1.2; it comes to on_secured, or to the end.
  virtual void renegotiate() {}
  virtual void half_close() = 0;
  virtual void close() = 0;
  virtual void reset() = 0;
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// What is read may grow a thousandfold before it is looked at.
  virtual void read_little_at_a_time() {}
  virtual std::string channel_binding(std::string_view /*type*/) const { return {}; }
  virtual std::string peer_name() const { return {}; }

  /// Octets that were given to send() and that the system has not taken yet.
  virtual std::size_t unsent() const { return 0; }
  bool is_open() const { return !ended_; }
  /// Null: nobody hears it any more.
  void set_sink(connection_sink* sink) { sink_ = sink; }

 protected:
  /// The last thing that the sink hears.
  void tell_end(end_cause cause, std::string_view detail) {
    if (auto* const sink = std::exchange(sink_, nullptr)) sink->on_end(cause, detail);
  }
  bool ended_ = false;
  connection_sink* sink_ = nullptr;
};

}  // namespace mailrig::net
