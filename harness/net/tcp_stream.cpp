// tcp_stream: see tcp_stream.hpp.
#include "net/tcp_stream.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.hpp"
#include "net/linux_socket.hpp"

namespace mailrig::net {
namespace {

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

#ifdef MSG_NOSIGNAL
constexpr int quietly = MSG_NOSIGNAL;
#else
constexpr int quietly = 0;  // SIGPIPE is ignored
#endif

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

// --- connecting ----------------------------------------------------------------------------------------------------

std::shared_ptr<stream> tcp_stream::dial(loop& l, endpoint const& to, tls_context const* implicit,
                                         std::chrono::milliseconds patience) {
  auto const s = std::make_shared<tcp_stream>(l, tcp_socket(*l.inside().io));
  s->to_ = to;
  if (implicit) s->implicit_ = *implicit;
  s->patience_of_one_ = patience;
  s->patience_.at(base::now() + patience, [s = s.get()] { s->end(end_cause::connect_timeout, "looking up the name"); });
  resolve(l.inside(), to.host, to.port,
          [s](addresses found, std::string const& why) { s->try_addresses(std::move(found), why); });
  return s;
}

std::shared_ptr<stream> tcp_stream::settle(loop& l, tcp_socket socket) {
  auto const s = std::make_shared<tcp_stream>(l, std::move(socket));
  s->connected_ = true;
  error_code ignored;
  s->socket_.non_blocking(true, ignored);
  s->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  // Whoever accepts it sets its sink first.
  s->await_octets();
  return s;
}

void tcp_stream::try_addresses(addresses found, std::string const& why) {
  if (ended_) return;
  if (found.empty()) return end(end_cause::unreachable, why);
  auto const away = std::ranges::find_if_not(found, [](auto const& e) { return e.address().is_loopback(); });
  if (!to_.remote && away != found.end())
    return end(end_cause::unreachable,
               fmt::format("{} is {}, which is not this machine", to_.host, away->address().to_string()));
  patience_of_one_ /= found.size();
  std::ranges::reverse(found);
  left_ = std::move(found);
  try_next({});
}

void tcp_stream::try_next(error_code last) {
  if (ended_) return;
  if (left_.empty()) return end(last.value());
  auto const to = left_.back();
  left_.pop_back();
  connect(to);
}

void tcp_stream::connect(asio::ip::tcp::endpoint const& to) {
  error_code e;
  socket_.close(e);
  auto const failed = [&](error_code const& why) { return why ? (try_next(why), true) : false; };
  socket_.open(to.protocol(), e);
  if (failed(e)) return;
  socket_.non_blocking(true, e);
  socket_.set_option(asio::ip::tcp::no_delay(true), e);
  if (!to_.from.empty()) {
    choose_port_late(socket_.native_handle());
    auto const from = asio::ip::make_address(to_.from, e);
    if (e) return end(end_cause::unreachable, fmt::format("{} is no numeric address to come from", to_.from));
    if (socket_.bind({from, 0}, e); failed(e)) return;
  }
  patience_.at(base::now() + patience_of_one_, [this] {
    if (left_.empty()) return end(end_cause::connect_timeout);
    try_next(asio::error::timed_out);
  });
  socket_.async_connect(to, [s = self(), turn = ++turn_](error_code const& why) {
    if (turn != s->turn_ || s->ended_) return;
    if (why) return s->try_next(why);
    s->arrive();
  });
}

void tcp_stream::arrive() {
  patience_.cancel();
  addresses().swap(left_);  // nobody asks for the others any more
  connected_ = true;
  notice_dead_peer(socket_.native_handle());
  watch_for_reading_alone();
  announce();
  if (ended_) return;
  if (sink_) sink_->on_open();
  if (ended_) return;
  if (implicit_) {
    auto const context = *std::exchange(implicit_, std::nullopt);
    return start_tls(context, tls_role::client);
  }
  opened();
}

/// A proxy says first, in the clear, for whom it speaks. A fresh socket takes that at once.
void tcp_stream::announce() {
  if (to_.proxy == proxy_form::none) return;
  error_code none;
  auto const here = socket_.local_endpoint(none), there = socket_.remote_endpoint(none);
  (void)write_socket(proxy_header(to_.proxy, {to_.speaks_for, here.port(), there.address().to_string(), there.port()}));
}

/// For what was sent before it could go.
void tcp_stream::opened() {
  send(std::exchange(held_, {}));
  if (fin_wanted_ && !ended_ && out_.empty()) shut_down();
  await_octets();
}

// --- reading -------------------------------------------------------------------------------------------------------

void tcp_stream::await_octets() {
  if (reads_ || ended_ || !connected_ || all_read_ || (paused_ && !handshaking_)) return;
  reads_ = true;
  socket_.async_wait(tcp_socket::wait_read, [s = self(), turn = turn_](error_code const&) {
    if (turn != s->turn_) return;
    s->reads_ = false;
    if (!s->ended_) s->octets_wait();
  });
}

void tcp_stream::octets_wait() {
  if (handshaking_)
    handshake();
  else if (!paused_)
    read();
  await_octets();
}

void tcp_stream::read() {
  auto const keep = self();  // what is heard may let go of the connection
  auto& buffer = loop_.inside().read_buffer;
  // What OpenSSL has unpacked already shows no readiness; of the socket, the next wait says whether more is there.
  do {
    auto const size = std::min(at_once_, buffer.size());
    auto const n = tls_ ? read_tls(buffer.data(), size) : read_socket(buffer.data(), size);
    if (ended_ || n == 0) return;
    acknowledge();
    if (!hand_on({buffer.data(), n}) && tls_ && tls_->pending())
      return asio::post(socket_.get_executor(), [s = self()] {
        if (!s->ended_ && !s->handshaking_ && !s->paused_) s->read();
      });
  } while (!ended_ && !handshaking_ && !paused_ && tls_ && tls_->pending());
}

/// False: that took long, and others wait. Whoever sends what costs much to look at is read in smaller pieces, so that
/// a flood delays nobody by more than a piece.
bool tcp_stream::hand_on(std::string_view octets) {
  constexpr base::duration fair = std::chrono::milliseconds(1);
  constexpr std::size_t least = 256;
  auto const began = base::now();
  if (sink_) sink_->on_octets(octets);
  auto const took = base::now() - began;
  if (took > 2 * fair)
    at_once_ = std::max(least, std::size_t(double(octets.size()) * double(fair.count()) / double(took.count())));
  else
    at_once_ = std::min(most_at_once_, at_once_ * 2);
  return took <= fair;
}

/// A peer that holds the rest of a reply back until its first part is acknowledged (Nagle) meets our delayed
/// acknowledgement, which costs 40 ms a reply. After a first such stall within a reply, acknowledge at once.
void tcp_stream::acknowledge() {
  using namespace std::chrono_literals;
  if (stalls_) return acknowledge_now(socket_.native_handle());
  auto const now = about_now();
  if (!answered_ && now - heard_ > 30ms && now - heard_ < 60ms) stalls_ = true;
  heard_ = now;
  answered_ = false;
}

std::size_t tcp_stream::read_socket(char* to, std::size_t size) {
  auto const n = ::recv(socket_.native_handle(), to, size, 0);
  if (n > 0) return std::size_t(n);
  if (n == 0 && !reset_heard_ && !tls_ && sink_ && sink_->on_half_closed()) return all_read_ = true, 0;
  // Whichever call meets a reset first is told of it, the next only that there is an end.
  if (n == 0) return end(reset_heard_ ? end_cause::reset_by_peer : end_cause::server_closed), 0;
  if (!would_block(errno)) end(errno);
  return 0;
}

std::size_t tcp_stream::read_tls(char* to, std::size_t size) {
  auto const r = tls_->read(to, size);
  if (r.state == tls_progress::wants_room) await_room();
  if (r.state == tls_progress::failed) end(tls_->failure());
  return r.octets;
}

void tcp_stream::resume() {
  paused_ = false;
  if (ended_ || !connected_ || handshaking_) return;
  // What TLS has unpacked already shows no readiness.
  if (tls_ && tls_->pending()) read();
  await_octets();
}

// --- writing -------------------------------------------------------------------------------------------------------

void tcp_stream::send(std::string_view octets) {
  if (ended_ || octets.empty()) return;
  answered_ = true;
  if (!connected_ || handshaking_) {
    held_ += octets;
    return;
  }
  if (!out_.empty()) {
    out_ += octets;
    return;
  }
  auto const n = write(octets);
  if (ended_ || n == octets.size()) return;
  out_ = octets.substr(n);
  await_room();
}

std::size_t tcp_stream::write(std::string_view octets) {
  if (!tls_) return write_socket(octets);
  std::size_t done = 0;
  while (done < octets.size()) {
    auto const r = tls_->write(octets.substr(done));
    if (r.state == tls_progress::failed) return end(tls_->failure()), done;
    if (r.octets == 0) break;
    done += r.octets;
  }
  return done;
}

std::size_t tcp_stream::write_socket(std::string_view octets) {
  std::size_t done = 0;
  while (done < octets.size()) {
    auto const n = ::send(socket_.native_handle(), octets.data() + done, octets.size() - done, quietly);
    if (n >= 0) {
      done += std::size_t(n);
      continue;
    }
    if (errno == EINTR) continue;
    if (would_block(errno)) break;
    // What the peer said before it went must still be read: the reader meets the end.
    if (errno == EPIPE || errno == ECONNRESET) return reset_heard_ = true, octets.size();
    return end(errno), done;
  }
  return done;
}

void tcp_stream::await_room() {
  if (writes_ || ended_) return;
  writes_ = true;
  socket_.async_wait(tcp_socket::wait_write, [s = self(), turn = turn_](error_code const&) {
    if (turn != s->turn_) return;
    s->writes_ = false;
    if (s->ended_) return;
    s->handshaking_ ? s->handshake() : s->flush();
    s->await_octets();
  });
}

void tcp_stream::flush() {
  auto const n = write(out_);
  if (ended_) return;
  out_.erase(0, n);
  if (!out_.empty()) return await_room();
  base::let_go(out_);
  watch_for_reading_alone();
  if (fin_wanted_) shut_down();
}

/// Once asked for room to write, the kernel tells of it with every wait after: a socket that is registered afresh
/// wakes us for octets only.
void tcp_stream::watch_for_reading_alone() {
  error_code e;
  auto const protocol = socket_.local_endpoint(e).protocol();
  auto const descriptor = socket_.release(e);
  if (!e) socket_.assign(protocol, descriptor, e);
  if (e) return end(e.value());
  ++turn_;
  reads_ = writes_ = false;
}

void tcp_stream::half_close() {
  if (ended_) return;
  if (!connected_ || handshaking_ || !out_.empty())
    fin_wanted_ = true;
  else
    shut_down();
}

void tcp_stream::shut_down() {
  if (tls_) tls_->say_goodbye();
  error_code ignored;
  socket_.shutdown(tcp_socket::shutdown_send, ignored);
}

// --- TLS -----------------------------------------------------------------------------------------------------------

void tcp_stream::start_tls(tls_context const& context, tls_role role) {
  if (ended_) return;
  tls_ = std::make_unique<tls_session>(context, role, to_, socket_.native_handle());
  handshaking_ = true;
  handshake();
  await_octets();
}

void tcp_stream::renegotiate() {
  if (ended_ || !tls_ || handshaking_ || !tls_->renegotiate()) return;
  handshaking_ = true;
  handshake();
  await_octets();
}

void tcp_stream::handshake() {
  switch (tls_->handshake()) {
    case tls_progress::wants_octets: return;
    case tls_progress::wants_room: return await_room();
    case tls_progress::failed: return end(tls_->failure());
    case tls_progress::done: break;
  }
  handshaking_ = false;
  if (sink_) sink_->on_secured(tls_->description());
  if (ended_) return;
  opened();
  // The peer's first octets may have come with the end of its handshake.
  if (!ended_ && !paused_ && tls_->pending()) read();
}

std::string tcp_stream::channel_binding(std::string_view type) const {
  return tls_ && !handshaking_ ? tls_->channel_binding(type) : std::string();
}

std::string tcp_stream::peer_name() const { return tls_ && !handshaking_ ? tls_->peer_name() : std::string(); }

// --- ends ----------------------------------------------------------------------------------------------------------

void tcp_stream::close() {
  if (ended_) return;
  if (tls_ && !handshaking_) tls_->say_goodbye();
  end(end_cause::client_closed);
}

void tcp_stream::reset() {
  if (ended_) return;
  error_code ignored;
  if (socket_.is_open()) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  end(end_cause::client_closed, "reset");
}

void tcp_stream::end(int error) {
  auto const cause = connected_ && error == ETIMEDOUT ? end_cause::peer_silent : cause_of(error);
  // Of these causes the system knows no more than their names say.
  bool const named = cause == end_cause::refused || cause == end_cause::reset_by_peer ||
                     cause == end_cause::connect_timeout || cause == end_cause::peer_silent;
  end(cause, named ? "" : std::strerror(error));
}

void tcp_stream::end(end_cause cause, std::string_view detail) {
  if (ended_) return;
  ended_ = true;
  auto const keep = shared_from_this();
  patience_.cancel();
  if (connected_) loop_.inside().segments.merge(count_segments(socket_.native_handle()));
  error_code ignored;
  socket_.close(ignored);
  tell_end(cause, detail);
}

}  // namespace mailrig::net
