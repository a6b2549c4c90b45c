// connection: a stream of octets to a server or from a client: TCP or memory, TLS from the start or later, DEFLATE
// inside. Type-erased, so that no floor above sees a descriptor. Sends at once when the socket takes it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "net/connection_sink.hpp"
#include "net/endpoint.hpp"
#include "net/loop.hpp"
#include "net/tls.hpp"

namespace mailrig::net {

class stream;

/// May be destroyed at any time, also from its own sink's calls; then the sink hears no more.
class connection {
 public:
  /// Connects, to one address of the host after another; `implicit` non-null: TLS from the start. The result comes as
  /// on_open or on_end, after this has returned.
  static std::unique_ptr<connection> dial(loop& l, endpoint const& to, connection_sink& sink,
                                          tls_context const* implicit = nullptr, base::limits const& limits = {});
  /// Takes over what a client or a server of ours has opened.
  explicit connection(std::shared_ptr<stream> carried, base::limits const& limits = {});
  ~connection();

  void send(std::string_view octets);
  /// Octets sent from here on go through TLS; on_secured says when it is up. The certificate is held against the host
  /// that was dialled.
  void start_tls(tls_context const& context);
  /// One more handshake within TLS up to 1.2: on_secured comes again, or the end where the peer refuses.
  void renegotiate();
  void accept_tls(tls_context const& context);
  void start_deflate();
  /// What ties SASL to this TLS session (RFC 5929, RFC 9266): "tls-exporter", "tls-server-end-point", or, up to
  /// TLS 1.2, "tls-unique"; empty without.
  std::string channel_binding(std::string_view type) const;
  /// Common name of the certificate that the peer has shown and that was trusted; empty without.
  std::string peer_name() const;

  void half_close();  ///< FIN after what was sent; reading goes on
  void close();       ///< FIN; on_end(client_closed) comes at once
  void reset();       ///< RST
  /// As where the line between is dead: the peer is told nothing, read no more, and keeps its end. The loop keeps ours,
  /// at most `most_left_behind`, the oldest of which are closed. It is closed for whoever has it; its sink hears no
  /// more.
  void leave_behind(loop& l);
  static constexpr std::size_t most_left_behind = 256;
  /// Closes what is kept so.
  static void close_left_behind(loop& l);

  /// Reads nothing until resumed: what the peer sends backs up to it.
  void pause();
  void resume();

  bool is_open() const;
  /// Octets that were given to send() and that the system has not taken yet.
  std::size_t unsent() const;
  void set_sink(connection_sink& sink);

 private:
  class layers;
  std::shared_ptr<layers> layers_;
};

}  // namespace mailrig::net
