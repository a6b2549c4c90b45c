// script_session: one connection of a client to a server that a script plays.
#pragma once

#include <memory>
#include <set>

#include "history/finding.hpp"
#include "net/timer.hpp"
#include "play/back_session.hpp"
#include "play/bottled_session.hpp"
#include "play/inbox.hpp"
#include "play/played_steps.hpp"
#include "play/played_text.hpp"
#include "play/shown_certificates.hpp"
#include "record/recording.hpp"

namespace mailrig::play {

/// What came of all connections of a script.
struct script_outcome {
  std::size_t connections = 0;
  std::size_t furthest = 0;  ///< line of the script that was done last, by whichever connection came furthest
  bool finished = false;     ///< one of them came to its end
  std::string waiting;       ///< what the one that came furthest still waited for
  std::vector<history::finding> findings;
};

/// What the sessions of one script have alike. Outlives them.
struct script_setting {
  net::loop& loop;
  record::recording& kept;
  scenario::mailroom const& mail;
  inbox& box;
  std::vector<scenario::mail_declaration> const& declared;  ///< of the script's head
  shown_certificates& certificates;
  script_outcome& outcome;
  back_account who;
  net::tls_context const* trust = nullptr;  ///< for the server behind
  bottle_store const* bottle = nullptr;     ///< what a trace tells beside its steps; null: those alone are played
  base::instant epoch{};
  base::duration patience = std::chrono::minutes(10);  ///< a client may be silent
};

/// On the loop's thread.
class script_session final : net::connection_sink {
 public:
  /// `back`: where what the script leaves free is answered. `over` is called once, not from within the constructor.
  script_session(script_setting const& s, history::protocol p, std::vector<played_step> const& steps,
                 net::endpoint const& back, bool secure, std::unique_ptr<net::connection> client,
                 std::function<void()> over);
  ~script_session() override;

 private:
  void on_octets(std::string_view octets) override;
  void on_secured(std::string_view how) override;
  void on_end(net::end_cause cause, std::string_view detail) override;

  void go();
  bool listen();
  void hear(client_unit const& u);
  bool follows(client_unit const& u);
  bool follows_closely(client_unit const& u);
  void done(std::size_t ask, client_unit const& u);
  bool answered_from_bottle(client_unit const& u);
  void said_line();
  void unanswered(client_unit const& u);
  bool pass(client_unit const& u);
  void refuse(client_unit const& u);
  void take(played_step const& s);
  void act(played_step const& s);
  void heard_meanwhile(played_step const& s);
  void pieces(played_step const& s, std::size_t from);
  void flood();
  void wait(base::duration d, std::function<void()> then);
  void say(std::string_view line);
  void send(std::string_view octets);
  void secure();
  void watch(base::duration d);
  void find(std::string rule, std::string text, std::size_t line, std::string octets = {});
  void finish();

  script_setting const& s_;
  history::protocol proto_;
  std::vector<played_step> const& steps_;
  std::function<void()> over_;
  record::session_record record_;
  client_input input_;
  played_text text_;
  std::unique_ptr<back_session> back_;
  std::optional<bottled_session> bottled_;
  std::string after_line_;  ///< of its answer: said line for line as the client says more
  net::timer pause_, patience_;
  std::size_t at_ = 0;
  std::vector<played_step const*> forbidden_;
  std::optional<std::set<std::string>> free_;  ///< commands that are answered by the server behind; empty: all
  certificate_kind certificate_ = certificate_kind::good;
  std::string flooding_;  ///< what is sent again and again
  std::uint64_t floods_left_ = 0, flooded_ = 0;
  std::map<std::string, std::string> tags_;  ///< of a trace, and what this client gave instead
  client_unit last_;                         ///< what the client said last
  std::optional<client_unit> early_;         ///< said while nothing was to be said
  bool waiting_ = false;                     ///< for a pause or a handshake
  bool secured_ = false;                     ///< TLS is up
  bool deaf_ = false;                        ///< what the client says is no protocol any more
  bool line_next_ = false, ended_ = false;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
  std::unique_ptr<net::connection> client_;
};

}  // namespace mailrig::play
