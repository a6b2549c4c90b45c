// memory_stream: two ends within one loop that hand octets to each other, each by a call that the loop makes later.
#pragma once

#include <functional>

#include "net/loop.hpp"
#include "net/stream.hpp"

namespace mailrig::net {

class memory_stream final : public stream {
 public:
  /// To who listens at {"memory", port}.
  static std::shared_ptr<stream> dial(loop& l, std::uint16_t port);

  explicit memory_stream(loop& l) : loop_(l) {}
  void send(std::string_view octets) override;
  /// There is none in memory: ends it.
  void start_tls(tls_context const&, tls_role) override;
  void half_close() override { tell_peer(end_cause::server_closed); }
  void close() override { end(end_cause::client_closed, {}, end_cause::server_closed); }
  void reset() override { end(end_cause::client_closed, "reset", end_cause::reset_by_peer); }
  void pause() override { paused_ = true; }
  void resume() override;

 private:
  void hear(std::string_view octets);
  void end(end_cause cause, std::string_view detail, end_cause at_peer);
  void tell_peer(end_cause cause);

  loop& loop_;
  std::weak_ptr<memory_stream> peer_;
  bool paused_ = false;
  std::string unread_;  ///< what the peer sent while paused
};

}  // namespace mailrig::net
