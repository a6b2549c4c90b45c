// connection: see connection.hpp. Readiness from Asio, octets straight from the socket or through OpenSSL on it:
// measured cheaper than ssl::stream, and one path for both.
#include "net/connection.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <optional>
#include <utility>

#include "net/asio_context.hpp"
#include "net/deflate.hpp"
#include "net/digest.hpp"

namespace mailrig::net {
namespace {

struct ssl_free {
  void operator()(SSL* s) const { SSL_free(s); }
};

end_cause cause_of(boost::system::error_code const& e) {
  namespace err = boost::asio::error;
  if (e == err::connection_refused) return end_cause::refused;
  if (e == err::connection_reset || e == err::broken_pipe) return end_cause::reset_by_peer;
  if (e == err::host_unreachable || e == err::network_unreachable || e == err::host_not_found)
    return end_cause::unreachable;
  if (e == err::timed_out) return end_cause::connect_timeout;
  return end_cause::failed;
}

}  // namespace

struct connection::state : std::enable_shared_from_this<connection::state> {
  state(loop& l, connection_sink* s, base::limits const& lim) : owner(l), socket(l.inside().io), sink(s), limits(lim) {}

  loop& owner;
  tcp_socket socket;
  connection_sink* sink;
  base::limits limits;
  std::unique_ptr<SSL, ssl_free> ssl;
  std::string pin, host;
  std::unique_ptr<deflate> packed;
  std::optional<steady_timer> patience;
  std::string out;        ///< what the socket has not taken yet
  std::string held;       ///< what waits for a handshake to end
  base::instant heard{};  ///< when octets came last
  bool stalls = false;
  bool connected = false, handshaking = false, ended = false;
  bool reading = false, writing = false, fin_wanted = false, paused = false;
  std::optional<std::weak_ptr<state>> peer;  ///< within the loop, in memory
  std::string unread;                        ///< what such a peer sent while paused

  void end(end_cause cause, std::string_view detail = {}) {
    if (ended) return;
    ended = true;
    patience.reset();
    auto const keep = shared_from_this();
    boost::system::error_code ignored;
    socket.close(ignored);
    tell_peer(detail == "reset" ? end_cause::reset_by_peer : end_cause::server_closed);
    if (sink) sink->on_end(cause, detail);
  }

  // --- in memory -----------------------------------------------------------------------------------------------------

  void tell_peer(end_cause cause) {
    if (!peer) return;
    owner.post([to = *peer, cause] {
      if (auto const other = to.lock()) other->end(cause);
    });
  }

  void pass_on(std::string_view octets) {
    owner.post([to = *peer, text = std::string(octets)] {
      auto const other = to.lock();
      if (!other || other->ended) return;
      if (other->paused)
        other->unread += text;
      else
        other->hand_out(text);
    });
  }

  static void join(std::shared_ptr<state> const& client, acceptor::handler const& door) {
    auto const server = std::make_shared<state>(client->owner, nullptr, base::limits{});
    client->peer = server;
    server->peer = client;
    client->connected = server->connected = true;
    client->owner.post([server, door] { door(std::make_unique<connection>(server)); });
    client->owner.post([client] {
      if (client->ended) return;
      if (client->sink) client->sink->on_open();
      client->flush_held();
    });
  }

  void end(boost::system::error_code const& e) { end(cause_of(e), e.message()); }

  // --- reading -------------------------------------------------------------------------------------------------------

  void want_read() {
    if (reading || ended || paused || peer) return;
    reading = true;
    socket.async_wait(tcp_socket::wait_read, [self = shared_from_this()](boost::system::error_code e) {
      self->reading = false;
      if (e || self->ended) return;
      if (self->handshaking) return self->handshake();
      if (!self->paused) self->read();
    });
  }

  void read() {
    auto& buffer = owner.inside().read_buffer;
    for (;;) {
      auto const n = ssl ? read_tls(buffer.data(), buffer.size()) : read_plain(buffer.data(), buffer.size());
      if (ended) return;
      if (n == 0) break;
      acknowledge();
      hand_out({buffer.data(), n});
      if (ended || handshaking || paused) break;
      if (!ssl && n < buffer.size()) break;  // nothing more can be waiting, or the next wait says so
    }
    want_read();
  }

  /// A peer that holds the rest of a reply back until its first part is acknowledged (Nagle) meets our delayed
  /// acknowledgement, which costs 40 ms a reply. After a first such stall, acknowledge at once.
  void acknowledge() {
    using namespace std::chrono_literals;
    auto const now = base::now();
    if (now - heard > 30ms && now - heard < 60ms) stalls = true;
    heard = now;
    int const on = 1;
    if (stalls) setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  }

  std::size_t read_plain(char* to, std::size_t size) {
    auto const n = ::recv(socket.native_handle(), to, size, 0);
    if (n > 0) return std::size_t(n);
    if (n == 0) return end(end_cause::server_closed), 0;
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
      end(boost::system::error_code(errno, boost::system::system_category()));
    return 0;
  }

  std::size_t read_tls(char* to, std::size_t size) {
    ERR_clear_error();
    auto const n = SSL_read(ssl.get(), to, int(size));
    if (n > 0) return std::size_t(n);
    switch (SSL_get_error(ssl.get(), n)) {
      case SSL_ERROR_WANT_READ: return 0;
      case SSL_ERROR_WANT_WRITE: return want_write(), 0;
      case SSL_ERROR_ZERO_RETURN: return end(end_cause::server_closed), 0;
      default: return tls_error(), 0;
    }
  }

  void tls_error() {
    auto const code = ERR_peek_last_error();
    if (code == 0) {
      if (errno == ECONNRESET) return end(end_cause::reset_by_peer);
      return end(end_cause::server_closed, "without close_notify");
    }
    if (ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
      return end(end_cause::server_closed, "without close_notify");
    auto const* reason = ERR_reason_error_string(code);
    auto const verify = ssl ? SSL_get_verify_result(ssl.get()) : X509_V_OK;
    end(end_cause::tls_failed, verify != X509_V_OK ? X509_verify_cert_error_string(verify)
                               : reason            ? reason
                                                   : "unknown error");
  }

  void hand_out(std::string_view octets) {
    auto const keep = shared_from_this();
    if (!packed) {
      if (sink) sink->on_octets(octets);
      return;
    }
    std::string plain;
    if (!packed->unpack(octets, plain, limits.response_octets)) return end(end_cause::deflate_broken);
    if (sink && !plain.empty()) sink->on_octets(plain);
  }

  /// After a pause: what TLS has unpacked already shows no readiness.
  void read_more() {
    if (!peer) read();
  }

  // --- writing -------------------------------------------------------------------------------------------------------

  void send(std::string_view octets) {
    if (ended || octets.empty()) return;
    if (!connected || handshaking) {
      held.append(octets);
      return;
    }
    std::string squeezed;
    if (packed) octets = squeezed = packed->pack(octets);
    if (peer) return pass_on(octets);
    if (!out.empty()) {
      out.append(octets);
      return;
    }
    auto const n = write(octets);
    if (ended || n == octets.size()) return;
    out.assign(octets.substr(n));
    want_write();
  }

  std::size_t write(std::string_view octets) {
    std::size_t done = 0;
    while (done < octets.size() && !ended) {
      if (ssl) {
        ERR_clear_error();
        auto const n = SSL_write(ssl.get(), octets.data() + done, int(octets.size() - done));
        if (n > 0) {
          done += std::size_t(n);
          continue;
        }
        auto const e = SSL_get_error(ssl.get(), n);
        if (e == SSL_ERROR_WANT_WRITE || e == SSL_ERROR_WANT_READ) break;
        tls_error();
      } else {
        auto const n = ::send(socket.native_handle(), octets.data() + done, octets.size() - done, MSG_NOSIGNAL);
        if (n >= 0) {
          done += std::size_t(n);
          continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) break;
        // What the peer said before it went must still be read: the reader meets the end.
        if (errno == EPIPE || errno == ECONNRESET) return octets.size();
        if (errno != EINTR) end(boost::system::error_code(errno, boost::system::system_category()));
      }
    }
    return done;
  }

  void want_write() {
    if (writing || ended) return;
    writing = true;
    socket.async_wait(tcp_socket::wait_write, [self = shared_from_this()](boost::system::error_code e) {
      self->writing = false;
      if (e || self->ended) return;
      if (self->handshaking) return self->handshake();
      auto const n = self->write(self->out);
      self->out.erase(0, n);
      if (!self->out.empty()) return self->want_write();
      if (self->fin_wanted) self->shut_down();
    });
  }

  void shut_down() {
    if (peer) return tell_peer(end_cause::server_closed);
    if (ssl) SSL_shutdown(ssl.get());
    boost::system::error_code ignored;
    socket.shutdown(tcp_socket::shutdown_send, ignored);
  }

  // --- connecting and TLS --------------------------------------------------------------------------------------------

  void settle() {
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    connected = true;
  }

  void flush_held() {
    std::string waiting;
    waiting.swap(held);
    send(waiting);
  }

  void begin_tls(tls_context const& context, bool server, std::string const& name) {
    if (peer) return end(end_cause::tls_failed, "there is no TLS in memory");
    ssl.reset(SSL_new(context.handle()));
    pin = context.pin();
    host = name;
    SSL_set_fd(ssl.get(), socket.native_handle());
    if (server) {
      SSL_set_accept_state(ssl.get());
    } else {
      SSL_set_connect_state(ssl.get());
      if (pin.empty() && !name.empty()) {
        if (name.find_first_not_of("0123456789.:") == name.npos)
          X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), name.c_str());
        else
          SSL_set1_host(ssl.get(), name.c_str());
      }
    }
    handshaking = true;
    handshake();
  }

  bool trusted() {
    if (pin.empty()) return true;
    std::unique_ptr<X509, decltype(&X509_free)> const cert(SSL_get1_peer_certificate(ssl.get()), X509_free);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    return cert && X509_digest(cert.get(), EVP_sha256(), digest, &size) == 1 &&
           hex({reinterpret_cast<char const*>(digest), size}) == pin;
  }

  void handshake() {
    ERR_clear_error();
    auto const r = SSL_do_handshake(ssl.get());
    if (r != 1) {
      switch (SSL_get_error(ssl.get(), r)) {
        case SSL_ERROR_WANT_READ: return want_read();
        case SSL_ERROR_WANT_WRITE: return want_write();
        default: return tls_error();
      }
    }
    if (!trusted()) return end(end_cause::tls_failed, "the certificate is not the pinned one");
    handshaking = false;
    auto const keep = shared_from_this();
    if (sink) sink->on_secured(fmt::format("{} {}", SSL_get_version(ssl.get()), SSL_get_cipher_name(ssl.get())));
    flush_held();
    if (!ended) read();
  }
};

connection::connection(std::shared_ptr<state> s) : state_(std::move(s)) {}

connection::~connection() {
  state_->sink = nullptr;
  state_->end(end_cause::client_closed);
}

std::unique_ptr<connection> connection::dial(loop& l, endpoint const& to, connection_sink& sink,
                                             tls_context const* implicit, base::limits const& limits) {
  auto s = std::make_shared<state>(l, &sink, limits);
  auto out = std::make_unique<connection>(s);
  if (to.host == "memory") {
    auto const& doors = l.inside().memory_doors;
    if (auto const door = doors.find(to.port); door != doors.end())
      state::join(s, door->second);
    else
      l.post([s] { s->end(end_cause::refused); });
    return out;
  }
  boost::system::error_code error;
  tcp::resolver resolver(l.inside().io);
  auto const found = resolver.resolve(to.host, std::to_string(to.port), error);
  if (error || found.empty()) {
    l.post([s, error] { s->end(end_cause::unreachable, error.message()); });
    return out;
  }
  s->patience.emplace(l.inside().io.get_executor());
  s->patience->expires_after(limits.connect);
  s->patience->async_wait([weak = std::weak_ptr(s)](boost::system::error_code e) {
    auto const self = weak.lock();
    if (!e && self && !self->connected) self->end(end_cause::connect_timeout);
  });
  s->socket.async_connect(found.begin()->endpoint(), [s, context = implicit ? std::optional(*implicit) : std::nullopt,
                                                      host = to.host](boost::system::error_code e) {
    if (s->ended) return;
    s->patience.reset();
    if (e) return s->end(e);
    s->settle();
    if (s->sink) s->sink->on_open();
    if (s->ended) return;
    if (context) return s->begin_tls(*context, false, host);
    s->flush_held();
    s->want_read();
  });
  return out;
}

void connection::send(std::string_view octets) { state_->send(octets); }
void connection::start_tls(tls_context const& context, std::string const& host) {
  state_->begin_tls(context, false, host);
}
void connection::accept_tls(tls_context const& context) { state_->begin_tls(context, true, {}); }
void connection::start_deflate() { state_->packed = std::make_unique<deflate>(); }

void connection::half_close() {
  if (state_->ended) return;
  if (state_->out.empty())
    state_->shut_down();
  else
    state_->fin_wanted = true;
}

void connection::close() {
  if (state_->ended) return;
  if (state_->connected && state_->ssl && !state_->handshaking) SSL_shutdown(state_->ssl.get());
  state_->end(end_cause::client_closed);
}

void connection::reset() {
  if (state_->ended) return;
  boost::system::error_code ignored;
  state_->socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  state_->end(end_cause::client_closed, "reset");
}

void connection::pause() { state_->paused = true; }

void connection::resume() {
  state_->paused = false;
  if (!state_->unread.empty()) state_->hand_out(std::exchange(state_->unread, {}));
  if (state_->connected && !state_->handshaking && !state_->reading && !state_->ended) state_->read_more();
}

bool connection::is_open() const { return !state_->ended; }
void connection::set_sink(connection_sink& sink) { state_->sink = &sink; }

struct acceptor::state : std::enable_shared_from_this<acceptor::state> {
  state(loop& l, handler hand) : owner(l), socket(l.inside().io), on_accept(std::move(hand)) {}
  loop& owner;
  tcp_acceptor socket;
  handler on_accept;
  std::uint16_t memory_port = 0;

  void next() {
    socket.async_accept([self = shared_from_this()](boost::system::error_code e, tcp_socket peer) {
      if (e == boost::asio::error::operation_aborted || !self->socket.is_open()) return;
      if (!e) {
        auto s = std::make_shared<connection::state>(self->owner, nullptr, base::limits{});
        s->socket = std::move(peer);
        s->settle();
        self->on_accept(std::make_unique<connection>(s));
        if (!s->ended) s->want_read();
      }
      self->next();
    });
  }
};

base::result<std::unique_ptr<acceptor>> acceptor::listen(loop& l, endpoint const& at, handler h) {
  auto s = std::make_shared<state>(l, std::move(h));
  if (at.host == "memory") {
    l.inside().memory_doors[at.port] = s->on_accept;
    s->memory_port = at.port;
    auto out = std::unique_ptr<acceptor>(new acceptor);
    out->state_ = s;
    return out;
  }
  boost::system::error_code e;
  auto const address = boost::asio::ip::make_address(at.host, e);
  if (e) return base::fault{0, at.host, "is no numeric address"};
  if (!address.is_loopback()) return base::fault{0, at.host, "is no loopback address; use 127.0.0.1 or ::1"};
  tcp::endpoint const where(address, at.port);
  auto failed = [&] { return base::fault{0, fmt::format("{}:{}", at.host, at.port), e.message()}; };
  if (s->socket.open(where.protocol(), e)) return failed();
  s->socket.set_option(tcp_acceptor::reuse_address(true), e);
  if (s->socket.bind(where, e)) return failed();
  if (s->socket.listen(4096, e)) return failed();
  s->next();
  auto out = std::unique_ptr<acceptor>(new acceptor);
  out->state_ = s;
  return out;
}

acceptor::~acceptor() {
  if (state_->memory_port) state_->owner.inside().memory_doors.erase(state_->memory_port);
  boost::system::error_code ignored;
  state_->socket.close(ignored);
}

std::uint16_t acceptor::port() const {
  if (state_->memory_port) return state_->memory_port;
  boost::system::error_code e;
  return state_->socket.local_endpoint(e).port();
}

}  // namespace mailrig::net
