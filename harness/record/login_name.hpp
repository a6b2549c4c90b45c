// login_name: whose mail a session is about, from what it says when it logs in: so that sessions of one user, which
// share a mail store, are judged together. What proves it is kept secret from then on.
#pragma once

#include <string>

#include "model/conversation.hpp"

namespace mailrig::record {

/// Who logs in by the first message of a SASL exchange; empty where the mechanism does not say so there. Where somebody
/// acts for another, the other (RFC 4616 §2, RFC 4422 §3.4.1).
std::string sasl_user(std::string_view mechanism, std::string_view message);

/// The password or token in a message of such an exchange, the first one or for LOGIN the second; empty where it has
/// none that could be told back.
std::string sasl_secret(std::string_view mechanism, std::string_view message);

/// What proves a password in a message of such an exchange: a digest in hex or base64; empty where it has none.
std::string sasl_proof(std::string_view mechanism, std::string_view message);

/// Of one session. It keeps names only; what proves them is added to what no record may show (base::known_secrets).
class login_name final : public model::item_sink {
 public:
  /// A client's octets, before `c` takes them: SASL's answers are no commands.
  void sent(std::string_view octets, model::conversation const& c);
  void see(model::item const& i) override;
  /// Empty until a login has succeeded.
  std::string const& name() const { return name_; }

 private:
  void command(std::string_view verb, std::string_view first, std::string_view second);
  void message(std::string_view octets);
  void answer(bool well);

  std::string said_, name_, mechanism_, line_;
  bool sasl_ = false;    ///< the next line of the client is a message that tells something
  bool second_ = false;  ///< its second
};

}  // namespace mailrig::record
