// credentials: who logs in and how.
#pragma once

#include <string>

namespace mailrig::session {

struct credentials {
  std::string user, password;
  /// Empty: LOGIN or USER/PASS. Else PLAIN, SCRAM-SHA-256, XOAUTH2 or, for POP3, APOP.
  std::string mechanism;
};

}  // namespace mailrig::session
