// login: the way from the greeting to an authenticated session, as a machine without sockets: it is told what the
// server said and answers with what to do. IMAP and POP3 alike.
#pragma once

#include <memory>
#include <string>

#include "model/conversation.hpp"
#include "session/credentials.hpp"
#include "session/sasl/mechanism.hpp"

namespace mailrig::session {

struct login_action {
  enum kind_t { wait, send, start_tls, done, failed } kind = wait;
  std::string text;  ///< octets to send, or why it failed
};

/// How far to go: the greeting only, TLS too, or all the way.
enum class login_goal { greeting, secured, authenticated };

/// Feed it every item by see(), then ask next() until it says wait. One use.
class login {
 public:
  login(credentials c, login_goal goal, bool upgrade_to_tls);
  virtual ~login() = default;

  virtual void see(model::item const& i) = 0;
  virtual login_action next(model::conversation const& c) = 0;

  static std::unique_ptr<login> begin(history::protocol p, credentials c, login_goal goal, bool upgrade_to_tls);
  /// Before the first call of next(): the TLS session below, and the client's address where the server is to be told.
  void runs_over(channel_binding binding, std::string origin);

 protected:
  /// Answers the SASL challenge that has come; cancels with "*" where there is no answer.
  login_action respond();
  /// The command, or the exchange that it began, came to nothing.
  login_action refused(std::string const& what);
  login_action finish();
  login_action fail(std::string why);
  /// Begins the exchange of who_.mechanism. The fault: mailrig does not speak it, or there is no token for it.
  base::result<void> begin_sasl(std::function<bool(std::string_view name)> const& offered);
  /// The exchange was refused because of a token that had served before: another can be tried, once.
  bool renewed();
  void choose_strongest(std::function<bool(std::string_view name)> const& offered);
  /// What the server says, without what is secret.
  static std::string said(std::string_view line);

  credentials who_;
  login_goal goal_;
  bool upgrade_;
  channel_binding binding_;
  std::string origin_;                    ///< not said yet
  mechanism const* mechanism_ = nullptr;  ///< of the exchange
  std::unique_ptr<sasl_exchange> sasl_;
  std::optional<std::string> challenge_;  ///< base64, not answered yet
  std::string given_up_;                  ///< why there was no answer to one
  std::string words_;                     ///< the last status line without its tag, printable, without the password
  bool answered_ = false, good_ = false;  ///< the last command's status has come; it was positive
  bool finished_ = false;
  bool renewed_ = false;
};

}  // namespace mailrig::session
