// tcp_stream: octets over a socket, straight or through OpenSSL on its descriptor: one path for both.
// Sends at once what the socket takes, reads when Asio says that there is something.
#pragma once

#include <chrono>
#include <deque>
#include <memory>

#include "net/resolver.hpp"
#include "net/stream.hpp"
#include "net/timer.hpp"
#include "net/tls_session.hpp"

namespace mailrig::net {

class tcp_stream final : public stream {
 public:
  /// `implicit` non-null: TLS as soon as it is connected. Each address of the host has its part of `patience`.
  static std::shared_ptr<stream> dial(loop& l, endpoint const& to, tls_context const* implicit,
                                      std::chrono::milliseconds patience);
  /// Takes over a connected socket.
  static std::shared_ptr<stream> settle(loop& l, tcp_socket socket);

  tcp_stream(loop& l, tcp_socket socket) : loop_(l), socket_(std::move(socket)), patience_(l) {}
  void send(std::string_view octets) override;
  void start_tls(tls_context const& context, tls_role role) override;
  void renegotiate() override;
  void half_close() override;
  void close() override;
  void reset() override;
  void pause() override { paused_ = true; }
  void resume() override;
  std::size_t unsent() const override { return out_.size() + held_.size(); }
  void read_little_at_a_time() override { most_at_once_ = at_once_ = 4096; }
  std::string channel_binding(std::string_view type) const override;
  std::string peer_name() const override;

 private:
  // connecting
  void try_addresses(addresses found, std::string const& why);
  void try_next(error_code last);
  void connect(asio::ip::tcp::endpoint const& to);
  void arrive();
  void announce();
  void opened();

  // reading
  void await_octets();
  void octets_wait();
  void read();
  std::size_t read_socket(char* to, std::size_t size);
  std::size_t read_tls(char* to, std::size_t size);
  bool hand_on(std::string_view octets);
  void acknowledge();

  // writing
  std::size_t write(std::string_view octets);
  std::size_t write_socket(std::string_view octets);
  void await_room();
  void flush();
  void shut_down();
  void watch_for_reading_alone();

  void handshake();
  void end(end_cause cause, std::string_view detail = {});
  void end(int error);
  void end(tls_failure const& f) { end(f.cause, f.detail); }
  std::shared_ptr<tcp_stream> self() { return std::static_pointer_cast<tcp_stream>(shared_from_this()); }

  loop& loop_;
  tcp_socket socket_;
  timer patience_;  ///< while connecting
  endpoint to_;     ///< of a client
  addresses left_;  ///< not tried yet, the last first
  std::chrono::milliseconds patience_of_one_{};
  std::optional<tls_context> implicit_;  ///< TLS from the start, until it starts
  std::unique_ptr<tls_session> tls_;
  std::string out_;                                     ///< what the socket has not taken yet
  std::string held_;                                    ///< what waits for a connection, or for a handshake to end
  base::instant heard_{};                               ///< when octets came last; about_now()'s axis
  std::size_t at_once_ = 65536, most_at_once_ = 65536;  ///< octets that are read when there is something
  std::uint32_t turn_ = 0;                              ///< which registration of the socket a wait belongs to
  bool connected_ = false, handshaking_ = false, paused_ = false, fin_wanted_ = false;
  bool reads_ = false, writes_ = false;  ///< a wait is under way
  bool stalls_ = false, answered_ = true;
  bool reset_heard_ = false;  ///< while sending
  bool all_read_ = false;     ///< the peer has half-closed, and is still sent to
};

}  // namespace mailrig::net
