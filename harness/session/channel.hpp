// channel: one session's connection with everything that crosses it told to the history, credentials blotted out.
// A thin driver: what to send is decided by a login machine, a script or a load loop.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "history/event.hpp"
#include "history/redactor.hpp"
#include "net/connection.hpp"
#include "net/failing_line.hpp"
#include "net/slow_link.hpp"
#include "net/timer.hpp"
#include "session/allowance.hpp"

namespace mailrig::session {

/// Hands each event to several sinks, in order.
class event_fan final : public history::event_sink {
 public:
  void add(history::event_sink& s) { sinks_.push_back(&s); }
  void take(history::event const& e) override {
    for (auto* s : sinks_) s->take(e);
  }

 private:
  std::vector<history::event_sink*> sinks_;
};

/// How one protocol of a server is reached.
struct access {
  net::endpoint at;
  bool implicit_tls = false;         ///< imaps://, pop3s://
  bool upgrade = false;              ///< STARTTLS, STLS
  net::link_speed link = {};         ///< of the client
  std::string clients = {};          ///< network of the users' addresses, which a PROXY header or `forwards` names
  bool forwards = false;             ///< says the user's address by ID (IMAP) or XCLIENT (POP3) before it logs in
  net::line_failures failures = {};  ///< of the client's line
};

/// How octets are cut on their way: as they come, the client's each in a segment of its own, the server's heard one by
/// one. Nothing that either side says may depend on it (RFC 3501 §2.1: a reliable stream).
enum class segmentation : std::uint8_t { whole, octets, trickle };

/// Told after an event has been recorded (and so judged).
class channel_owner {
 public:
  virtual ~channel_owner() = default;
  virtual void on_event(history::session_id id) = 0;
  /// The connection is made; nothing is recorded.
  virtual void on_connected(history::session_id /*id*/) {}
};

class channel final : public net::connection_sink {
 public:
  /// Dials at once; records `opened` with the account's name.
  channel(net::loop& l, access const& where, net::tls_context const& trust, history::session_id id,
          history::protocol proto, std::string_view account, history::event_sink& history, channel_owner& owner,
          base::instant epoch, base::limits const& limits, allowance const& allowed = {});
  ~channel() override;

  /// When they went to the socket: what recording and judging them cost is not the server's.
  base::instant send(std::string_view octets);
  void cut(segmentation how) { cut_ = how; }
  void start_tls() { start_tls(trust_); }
  void start_tls(net::tls_context const& trust) { connection_->start_tls(trust); }
  /// One more handshake within TLS up to 1.2; `handshakes` counts it, or the server ends the connection.
  void renegotiate() { connection_->renegotiate(); }
  std::size_t handshakes() const { return handshakes_; }
  /// Sends octets where TLS's first message is due and which are none. From here on the connection speaks neither
  /// protocol: what crosses it is not told to the history.
  void send_instead_of_tls(std::string_view octets);
  /// What came since.
  bool broken_off() const { return broken_off_; }
  std::string const& heard_instead_of_tls() const { return heard_instead_; }
  void start_deflate();
  /// The user's address, where `forwards` asks that it be said; else empty.
  std::string const& origin() const { return origin_; }
  /// For SASL; empty without TLS. net::connection says which types there are.
  std::string channel_binding(std::string_view type) const { return connection_->channel_binding(type); }
  void half_close() {
    if (!is_dark()) connection_->half_close();
  }
  /// Nothing is read until resumed.
  void pause() { connection_->pause(); }
  void resume() {
    if (!is_dark()) connection_->resume();
  }
  void close();
  void reset();
  /// The line is dead from here on: what is said does not get there, nothing comes, and neither end is told. When it is
  /// closed the server is not told either (net::connection::leave_behind).
  void go_dark();
  /// The peer has kept us waiting beyond all patience: recorded as such, then closed.
  void give_up();
  /// The peer sends more than anybody takes: recorded as such, with `what` came, then closed.
  void cut_off(std::string what);
  /// It was cut off.
  bool flooded() const { return !flood_.empty(); }

  /// The server is about to be killed: recorded as such when it ends.
  void expect_end() { doomed_ = true; }

  bool is_open() const { return !ended_; }
  net::end_cause cause() const { return cause_; }
  std::string const& detail() const { return detail_; }
  history::session_id id() const { return id_; }
  history::protocol proto() const { return proto_; }

 private:
  void on_open() override {
    connected_ = true;
    owner_.on_connected(id_);
  }
  void on_secured(std::string_view) override;
  void on_octets(std::string_view octets) override;
  void on_end(net::end_cause cause, std::string_view detail) override;
  base::instant record(history::event_kind kind, std::string_view octets);
  void count(std::string_view octets);
  void pass_on(std::string_view octets);
  bool is_dark() const { return line_ && line_->is_dark(); }
  void leave(net::end_cause cause, std::string_view detail);
  void finish(net::end_cause cause, std::string_view detail);

  net::loop& loop_;
  net::tls_context trust_;
  std::string origin_;
  std::unique_ptr<net::slow_link> slow_;
  std::optional<net::failing_line> line_;
  net::timer reset_due_;  ///< the line has answered in the server's place
  history::session_id id_;
  history::protocol proto_;
  history::event_sink& history_;
  channel_owner& owner_;
  history::redactor redactor_;
  base::instant epoch_;
  segmentation cut_ = segmentation::whole;
  std::size_t handshakes_ = 0;
  bool connected_ = false, ended_ = false, silent_ = false, doomed_ = false, broken_off_ = false;
  std::string heard_instead_, flood_;
  allowance allowed_;
  std::size_t answer_octets_ = 0, answer_lines_ = 0,
              session_octets_ = 0;  ///< received; of the first two, since we spoke
  net::end_cause cause_ = net::end_cause::none;
  std::string detail_;
  std::unique_ptr<net::connection> connection_;
};

}  // namespace mailrig::session
