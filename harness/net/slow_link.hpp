// slow_link: a client's bad line: what crosses it is held back as its bandwidth, its delay and its losses would: of a
// segment that is lost TCP shows no more than that it, and all behind it, comes later.
// It stands between a connection and whoever uses it, above TLS: handshakes are not slowed down.
#pragma once

#include <deque>
#include <string>

#include "base/rng.hpp"
#include "net/connection.hpp"
#include "net/timer.hpp"

namespace mailrig::net {

/// Of one client's line. 0: no limit.
struct link_speed {
  std::uint64_t down = 0, up = 0;  ///< octets a second
  base::duration delay{};          ///< one way
  base::duration jitter{};         ///< up to so much more, drawn evenly; nothing overtakes
  double loss = 0;                 ///< share of segments that are lost and sent again, 0 to 1
  std::uint64_t seed = 1;          ///< of what is drawn
  bool slow() const { return down != 0 || up != 0 || delay.count() != 0 || jitter.count() != 0 || loss > 0; }
};

/// Hears the connection and hands on, later, to `ear`. Same thread as the loop.
class slow_link final : public connection_sink {
 public:
  slow_link(loop& l, link_speed const& speed, connection_sink& ear);
  /// Once, before anything is sent. The connection is not owned.
  void carry(connection& c) { connection_ = &c; }
  void send(std::string_view octets);

 private:
  /// One direction: octets with the instant at which they arrive.
  struct lane {
    explicit lane(loop& l) : due(l) {}
    std::deque<std::pair<base::instant, std::string>> under_way;
    base::instant free{};  ///< when the line has taken all before
    timer due;
  };
  void hold(lane& l, std::uint64_t speed, std::string_view octets, bool down);
  void arrive(lane& l, bool down);
  base::duration held_up();
  void on_open() override { ear_.on_open(); }
  void on_secured(std::string_view what) override { ear_.on_secured(what); }
  void on_octets(std::string_view octets) override;
  void on_end(end_cause cause, std::string_view detail) override;

  loop& loop_;
  link_speed speed_;
  base::rng chance_;
  connection_sink& ear_;
  connection* connection_ = nullptr;
  lane down_, up_;
  bool full_ = false;  ///< more is not read from the server for now: its window fills, as on a real line
  end_cause ended_ = end_cause::none;
  std::string detail_;
};

}  // namespace mailrig::net
