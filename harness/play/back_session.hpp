// back_session: the embedded server's side of a played session: what the script leaves free is answered there; what the
// script answers itself is said there too, unheard, so that both know the same.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "model/conversation.hpp"
#include "net/connection.hpp"
#include "play/client_input.hpp"

namespace mailrig::play {

/// Who logs in where the script answered the login.
struct back_account {
  std::string user, password;
};

/// On the loop's thread.
class back_session final : net::connection_sink, model::item_sink {
 public:
  struct ears {
    std::function<void(std::string_view)> octets;  ///< for the client
    std::function<void()> free;                    ///< what was asked is answered
    std::function<void()> gone;                    ///< the connection has ended
  };

  /// The greeting is for the client where it `greets`.
  back_session(net::loop& l, history::protocol p, net::endpoint const& at, net::tls_context const& trust, ears heard,
               bool greets);
  ~back_session() override;

  /// A command whose answer is for the client.
  void pass(client_unit const& u);
  /// One whose answer nobody hears.
  void shadow(client_unit const& u);
  /// A line of the client's that belongs to what is passed: the end of IDLE, an answer to a challenge.
  void line(client_unit const& u);
  bool takes_lines() const;
  void log_in(back_account const& who);
  void secure();
  bool busy() const { return !jobs_.empty(); }

 private:
  struct job {
    std::string octets = {}, verb = {};
    bool heard = false;    ///< by the client
    bool secures = false;  ///< TLS follows
    bool begun = false;
  };
  void on_octets(std::string_view octets) override;
  void on_secured(std::string_view) override;
  void on_end(net::end_cause, std::string_view) override;
  void see(model::item const& i) override;
  void add(job j);
  void begin();
  void say(std::string_view octets);
  void done();

  net::loop& loop_;
  history::protocol proto_;
  net::tls_context const& trust_;
  ears heard_;
  model::conversation conversation_;
  std::deque<job> jobs_;
  bool answered_ = false, gone_ = false;
  std::unique_ptr<net::connection> connection_;
};

}  // namespace mailrig::play
