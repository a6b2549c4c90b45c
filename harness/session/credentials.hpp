// credentials: who logs in and how.
#pragma once

#include <string>

namespace mailrig::session {

struct credentials {
  std::string user, password;
  /// Empty: LOGIN or USER/PASS. Else a SASL mechanism or, for POP3, APOP.
  std::string mechanism;
  std::string token = {};  ///< of OAuth; empty: the password stands for it

  std::string const& secret() const { return token.empty() ? password : token; }
};

}  // namespace mailrig::session
