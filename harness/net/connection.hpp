// connection: a stream of octets to a server or from a client: TCP, TLS from the start or later, DEFLATE inside it.
// Type-erased, so that no floor above sees a descriptor. Sends at once when the socket takes it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "net/end_cause.hpp"
#include "net/loop.hpp"
#include "net/tls.hpp"

namespace mailrig::net {

/// The host "memory" is within the loop: who listens there is reached without a socket, without TLS.
struct endpoint {
  std::string host;
  std::uint16_t port = 0;
  std::string from = {};  ///< numeric source address of a client; empty: the system's choice
};

/// Called on the loop's thread. on_end comes once, last.
class connection_sink {
 public:
  virtual ~connection_sink() = default;
  virtual void on_open() {}
  virtual void on_secured(std::string_view /*version and cipher*/) {}
  virtual void on_octets(std::string_view octets) = 0;
  virtual void on_end(end_cause cause, std::string_view detail) = 0;
};

/// May be destroyed at any time, also from its own sink's calls; then the sink hears no more.
class connection {
 public:
  /// Connects; `implicit` non-null: TLS from the start. The result comes as on_open or on_end.
  static std::unique_ptr<connection> dial(loop& l, endpoint const& to, connection_sink& sink,
                                          tls_context const* implicit = nullptr, base::limits const& limits = {});
  ~connection();

  void send(std::string_view octets);
  /// Octets sent from here on go through TLS; on_secured says when it is up. `host` is checked against the certificate.
  void start_tls(tls_context const& context, std::string const& host);
  void accept_tls(tls_context const& context);
  void start_deflate();

  void half_close();  ///< FIN after what was sent; reading goes on
  void close();       ///< FIN; on_end(client_closed) comes at once
  void reset();       ///< RST

  /// Reads nothing until resumed: what the peer sends backs up to it.
  void pause();
  void resume();

  bool is_open() const;
  void set_sink(connection_sink& sink);

  struct state;  ///< known to this floor only
  explicit connection(std::shared_ptr<state> s);

 private:
  std::shared_ptr<state> state_;
};

/// Listens on a loopback address; port 0 takes a free one.
class acceptor {
 public:
  using handler = std::function<void(std::unique_ptr<connection>)>;
  static base::result<std::unique_ptr<acceptor>> listen(loop& l, endpoint const& at, handler h);
  ~acceptor();
  std::uint16_t port() const;

  struct state;  ///< known to this floor only
  explicit acceptor(std::unique_ptr<state> s);

 private:
  std::unique_ptr<state> state_;
};

/// 127.0.0.0/8, ::1 and "localhost".
bool is_loopback(std::string_view host);

}  // namespace mailrig::net
