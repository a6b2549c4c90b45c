// connection: see connection.hpp. Octets straight from the socket or through OpenSSL on it: one path for both, and
// measured cheaper than a stream class for each.
#include "net/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "net/deflate.hpp"
#include "net/digest.hpp"
#include "net/loop_context.hpp"

namespace mailrig::net {
namespace {

struct ssl_free {
  void operator()(SSL* s) const { SSL_free(s); }
};

end_cause cause_of(int error) {
  switch (error) {
    case ECONNREFUSED: return end_cause::refused;
    case ECONNRESET:
    case EPIPE: return end_cause::reset_by_peer;
    case EHOSTUNREACH:
    case ENETUNREACH: return end_cause::unreachable;
    case ETIMEDOUT: return end_cause::connect_timeout;
    default: return end_cause::failed;
  }
}

/// Good to a few milliseconds, and cheap.
base::instant about_now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

struct address {
  sockaddr_storage octets{};
  socklen_t size = 0;
  int family() const { return octets.ss_family; }
  sockaddr const* get() const { return reinterpret_cast<sockaddr const*>(&octets); }
};

base::result<address> find_address(endpoint const& at, bool numeric) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (numeric ? AI_NUMERICHOST : 0);
  auto const error = getaddrinfo(at.host.c_str(), std::to_string(at.port).c_str(), &hints, &found);
  if (error != 0) return base::fault{0, at.host, gai_strerror(error)};
  address out;
  std::memcpy(&out.octets, found->ai_addr, found->ai_addrlen);
  out.size = found->ai_addrlen;
  freeaddrinfo(found);
  return out;
}

}  // namespace

struct connection::state final : watch, std::enable_shared_from_this<connection::state> {
  state(loop& l, connection_sink* s, std::size_t most_octets) : owner(l), sink(s), limit(most_octets) {}

  loop& owner;
  int fd = -1;
  std::uint32_t watched = 0;  ///< what epoll is asked for
  connection_sink* sink;
  std::size_t limit;  ///< octets that may be unpacked at once
  std::unique_ptr<SSL, ssl_free> ssl;
  std::string pin, host;
  std::unique_ptr<deflate> packed;
  std::optional<timer> patience;        ///< while connecting
  std::optional<tls_context> implicit;  ///< TLS from the start, while connecting
  std::string out;                      ///< what the socket has not taken yet
  std::string held;                     ///< what waits for a handshake to end
  base::instant heard{};                ///< when octets came last
  bool stalls = false;
  bool connected = false, handshaking = false, ended = false;
  bool wants_write = false, fin_wanted = false, paused = false, deaf = false;
  std::optional<std::weak_ptr<state>> peer;  ///< within the loop, in memory
  std::string unread;                        ///< what such a peer sent while paused

  void end(end_cause cause, std::string_view detail = {}) {
    if (ended) return;
    ended = true;
    patience.reset();
    auto const keep = shared_from_this();
    close_socket();
    tell_peer(detail == "reset" ? end_cause::reset_by_peer : end_cause::server_closed);
    if (sink) sink->on_end(cause, detail);
  }

  void end(int error) { end(cause_of(error), std::strerror(error)); }

  void close_socket() {
    if (fd < 0) return;
    owner.inside().remove(fd, *this);
    ::close(fd);
    fd = -1;
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
    auto const server = std::make_shared<state>(client->owner, nullptr, client->limit);
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

  // --- readiness -----------------------------------------------------------------------------------------------------

  /// Tells epoll what is wanted now, when that has changed.
  void want() {
    if (ended || fd < 0) return;
    std::uint32_t const now = (paused && !handshaking ? 0u : std::uint32_t(EPOLLIN)) |
                              (wants_write || !connected ? std::uint32_t(EPOLLOUT) : 0u);
    if (now == watched) return;
    deaf ? owner.inside().add(fd, *this, now) : owner.inside().change(fd, *this, now);
    deaf = false;
    watched = now;
  }

  void ready(std::uint32_t events) override {
    auto const keep = shared_from_this();
    if (!connected) return arrive();
    if (handshaking) return handshake();
    if (events & EPOLLOUT) flush();
    if (ended || !(events & ~std::uint32_t(EPOLLOUT))) return;
    if (!paused) return read();
    // Epoll tells of the peer's end again and again, whether it is asked to or not.
    owner.inside().remove(fd, *this);
    deaf = true;
    watched = 0;
  }

  // --- reading -------------------------------------------------------------------------------------------------------

  void read() {
    auto& buffer = owner.inside().read_buffer;
    for (;;) {
      auto const n = ssl ? read_tls(buffer.data(), buffer.size()) : read_plain(buffer.data(), buffer.size());
      if (ended) return;
      if (n == 0) break;
      acknowledge();
      hand_out({buffer.data(), n});
      if (ended || handshaking || paused) break;
      // Nothing more is waiting, or the next wait says so; only what OpenSSL has unpacked already shows no readiness.
      if (ssl ? SSL_pending(ssl.get()) == 0 : n < buffer.size()) break;
    }
  }

  /// A peer that holds the rest of a reply back until its first part is acknowledged (Nagle) meets our delayed
  /// acknowledgement, which costs 40 ms a reply. After a first such stall, acknowledge at once.
  void acknowledge() {
    using namespace std::chrono_literals;
    if (stalls) return quick_acknowledge();
    auto const now = about_now();
    if (now - heard > 30ms && now - heard < 60ms) stalls = true;
    heard = now;
  }

  void quick_acknowledge() const {
    int const on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  }

  std::size_t read_plain(char* to, std::size_t size) {
    auto const n = ::recv(fd, to, size, 0);
    if (n > 0) return std::size_t(n);
    if (n == 0) return end(end_cause::server_closed), 0;
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) end(errno);
    return 0;
  }

  std::size_t read_tls(char* to, std::size_t size) {
    ERR_clear_error();
    auto const n = SSL_read(ssl.get(), to, int(size));
    if (n > 0) return std::size_t(n);
    switch (SSL_get_error(ssl.get(), n)) {
      case SSL_ERROR_WANT_READ: return 0;
      case SSL_ERROR_WANT_WRITE: return want_write(true), 0;
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
    if (!packed->unpack(octets, plain, limit)) return end(end_cause::deflate_broken);
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
    want_write(true);
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
        auto const n = ::send(fd, octets.data() + done, octets.size() - done, MSG_NOSIGNAL);
        if (n >= 0) {
          done += std::size_t(n);
          continue;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) break;
        // What the peer said before it went must still be read: the reader meets the end.
        if (errno == EPIPE || errno == ECONNRESET) return octets.size();
        if (errno != EINTR) end(errno);
      }
    }
    return done;
  }

  void want_write(bool wanted) {
    wants_write = wanted;
    want();
  }

  void flush() {
    auto const n = write(out);
    if (ended) return;
    out.erase(0, n);
    if (!out.empty()) return;
    base::let_go(out);
    want_write(false);
    if (fin_wanted) shut_down();
  }

  void shut_down() {
    if (peer) return tell_peer(end_cause::server_closed);
    if (ssl) SSL_shutdown(ssl.get());
    ::shutdown(fd, SHUT_WR);
  }

  // --- connecting and TLS --------------------------------------------------------------------------------------------

  /// Takes a connected socket.
  void settle(int socket) {
    fd = socket;
    connected = true;
    no_delay();
    watched = EPOLLIN;
    owner.inside().add(fd, *this, watched);
  }

  void no_delay() const {
    int const on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  void connect(address const& to, address const* from, std::chrono::milliseconds limit_of_time) {
    fd = ::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fail_soon(errno);
    if (from) {
      int const on = 1;
      setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
      if (::bind(fd, from->get(), from->size) != 0) return fail_soon(errno);
    }
    no_delay();
    if (::connect(fd, to.get(), to.size) != 0 && errno != EINPROGRESS) return fail_soon(errno);
    watched = EPOLLOUT;
    owner.inside().add(fd, *this, watched);
    patience.emplace(owner).at(base::now() + limit_of_time, [this] { end(end_cause::connect_timeout); });
  }

  /// The caller has no connection in its hands yet.
  void fail_soon(int error) {
    owner.post([self = shared_from_this(), error] { self->end(error); });
  }

  /// The attempt to connect has come to an end.
  void arrive() {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    patience.reset();
    if (error != 0) return end(error);
    connected = true;
    want();
    if (sink) sink->on_open();
    if (ended) return;
    if (implicit) return begin_tls(*implicit, false, host);
    flush_held();
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
    implicit.reset();
    SSL_set_fd(ssl.get(), fd);
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
        case SSL_ERROR_WANT_READ: return want_write(false);
        case SSL_ERROR_WANT_WRITE: return want_write(true);
        default: return tls_error();
      }
    }
    if (!trusted()) return end(end_cause::tls_failed, "the certificate is not the pinned one");
    handshaking = false;
    want_write(false);
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
  auto s = std::make_shared<state>(l, &sink, limits.response_octets);
  auto out = std::make_unique<connection>(s);
  if (to.host == "memory") {
    auto const& doors = l.inside().memory_doors;
    if (auto const door = doors.find(to.port); door != doors.end())
      state::join(s, door->second);
    else
      l.post([s] { s->end(end_cause::refused); });
    return out;
  }
  auto const found = find_address(to, false);
  auto const from = to.from.empty() ? base::result<address>(address{}) : find_address({to.from, 0, {}}, true);
  if (!found || !from) {
    l.post([s, why = (found ? from : found).error().text] { s->end(end_cause::unreachable, why); });
    return out;
  }
  s->host = to.host;
  if (implicit) s->implicit = *implicit;
  s->connect(*found, to.from.empty() ? nullptr : &*from, limits.connect);
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
  linger const at_once{1, 0};
  if (state_->fd >= 0) setsockopt(state_->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  state_->end(end_cause::client_closed, "reset");
}

void connection::pause() {
  state_->paused = true;
  state_->want();
}

void connection::resume() {
  state_->paused = false;
  if (!state_->unread.empty()) state_->hand_out(std::exchange(state_->unread, {}));
  state_->want();
  if (state_->connected && !state_->handshaking && !state_->ended) state_->read_more();
}

bool connection::is_open() const { return !state_->ended; }
void connection::set_sink(connection_sink& sink) { state_->sink = &sink; }

struct acceptor::state final : watch {
  state(loop& l, handler hand) : owner(l), on_accept(std::move(hand)) {}
  ~state() {
    if (memory_port) owner.inside().memory_doors.erase(memory_port);
    if (fd < 0) return;
    owner.inside().remove(fd, *this);
    ::close(fd);
    ::close(spare);
  }

  loop& owner;
  int fd = -1;
  int spare =
      -1;  ///< given up for a moment where no descriptor is left, so that the caller is refused and not forgotten
  handler on_accept;
  std::uint16_t memory_port = 0;

  void ready(std::uint32_t) override {
    for (int i = 0; i < 64; ++i) {
      auto const peer = accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (peer < 0) {
        if (errno == EMFILE || errno == ENFILE) refuse();
        return;
      }
      auto s = std::make_shared<connection::state>(owner, nullptr, base::limits{}.response_octets);
      s->settle(peer);
      on_accept(std::make_unique<connection>(s));
    }
  }

  void refuse() {
    ::close(spare);
    if (auto const peer = accept4(fd, nullptr, nullptr, SOCK_CLOEXEC); peer >= 0) ::close(peer);
    spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
};

base::result<std::unique_ptr<acceptor>> acceptor::listen(loop& l, endpoint const& at, handler h) {
  auto s = std::make_unique<state>(l, std::move(h));
  auto finish = [&] { return std::unique_ptr<acceptor>(new acceptor(std::move(s))); };
  if (at.host == "memory") {
    l.inside().memory_doors[at.port] = s->on_accept;
    s->memory_port = at.port;
    return finish();
  }
  auto const where = find_address(at, true);
  if (!where) return base::fault{0, at.host, "is no numeric address"};
  if (!is_loopback(at.host)) return base::fault{0, at.host, "is no loopback address; use 127.0.0.1 or ::1"};
  int const on = 1;
  s->fd = ::socket(where->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  auto failed = [&] { return base::fault{0, fmt::format("{}:{}", at.host, at.port), std::strerror(errno)}; };
  if (s->fd < 0) return failed();
  setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(s->fd, where->get(), where->size) != 0 || ::listen(s->fd, 4096) != 0) return failed();
  s->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
  l.inside().add(s->fd, *s, EPOLLIN);
  return finish();
}

acceptor::acceptor(std::unique_ptr<state> s) : state_(std::move(s)) {}
acceptor::~acceptor() = default;

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::uint16_t acceptor::port() const {
  if (state_->memory_port) return state_->memory_port;
  address a;
  a.size = sizeof a.octets;
  getsockname(state_->fd, reinterpret_cast<sockaddr*>(&a.octets), &a.size);
  return ntohs(a.family() == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&a.octets)->sin6_port
                                      : reinterpret_cast<sockaddr_in*>(&a.octets)->sin_port);
}

}  // namespace mailrig::net
