// relay: one client's session, passed on to the server and back as it is, and told to a recording. TLS and DEFLATE end
// here and begin here: each side has its own.
#pragma once

#include <functional>
#include <memory>

#include "net/connection.hpp"
#include "net/timer.hpp"
#include "record/login_name.hpp"
#include "record/recording.hpp"
#include "session/channel.hpp"

namespace mailrig::record {

/// What a listener's sessions have in common. Outlives them.
struct passage {
  history::protocol proto = history::protocol::imap;
  bool secure = false;                      ///< clients speak TLS from the start
  session::access to;                       ///< the server
  net::tls_context const* trust = nullptr;  ///< for the server
  net::tls_context const* shown = nullptr;  ///< our own certificate, for clients
  base::instant epoch{};                    ///< times are told from here on
};

/// On the loop's thread. It closes both sides when it goes.
class relay final : model::item_sink {
 public:
  /// `over` is called once, when both sides have ended; not from within the constructor.
  relay(net::loop& l, std::unique_ptr<net::connection> client, passage const& through, recording& to,
        std::function<void()> over);
  ~relay() override;

  /// Why the server was not reached; empty: it was, or is being.
  std::string const& trouble() const { return trouble_; }
  std::string const& unwritten() const { return record_.trouble(); }

 private:
  /// One of the two ends.
  struct side final : net::connection_sink {
    side(relay& r, bool server) : of(r), is_server(server) {}
    void on_octets(std::string_view octets) override { is_server ? of.from_server(octets) : of.from_client(octets); }
    void on_secured(std::string_view how) override { of.secured(is_server, how); }
    bool on_half_closed() override { return of.half_closed(is_server), true; }
    void on_end(net::end_cause cause, std::string_view detail) override { of.ended(is_server, cause, detail); }
    relay& of;
    bool is_server;
    bool half_closed = false, over = false, held = false;
    std::size_t unended = 0;  ///< octets that it has said since its last end of a line
    std::unique_ptr<net::connection> connection;
  };

  void from_client(std::string_view octets);
  void from_server(std::string_view octets);
  void tell(history::event_kind kind, std::string_view octets);
  void see(model::item const& i) override;
  void change_over();
  void secured(bool server, std::string_view how);
  void half_closed(bool server);
  void ended(bool server, net::end_cause cause, std::string_view detail);
  bool says_goodbye() const;
  bool goes_on_without_end(side& speaker, std::string_view octets);
  void hold_back(side& speaker, side const& listener);
  void let_go();
  void finish();

  net::loop& loop_;
  passage const& through_;
  std::function<void()> over_;
  session_record record_;
  model::conversation conversation_;
  login_name who_;
  net::timer patience_;  ///< until a side that was held back may speak again
  bool wants_tls_ = false, wants_deflate_ = false, told_end_ = false;
  bool left_ = false;  ///< the client closed its side first, and had not asked for the end
  int to_secure_ = 0;  ///< ends whose handshake is under way
  std::string trouble_;
  side client_{*this, false}, server_{*this, true};
};

}  // namespace mailrig::record
