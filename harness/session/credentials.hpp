// credentials: who logs in and how.
#pragma once

#include <memory>
#include <string>

namespace mailrig::session {

class token_source;

struct credentials {
  std::string user, password;
  /// Empty: LOGIN or USER/PASS. Else a SASL mechanism or, for POP3, APOP.
  std::string mechanism;
  std::string token = {};  ///< of OAuth; empty: the password stands for it
  /// Where a mechanism that takes a token gets it when somebody logs in; null: it is given.
  std::shared_ptr<token_source> tokens = {};

  std::string const& secret() const { return token.empty() ? password : token; }
};

}  // namespace mailrig::session
