// server_identity: who answers at a target, and how one gets in there: asked once before a run, for its reports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/target.hpp"

namespace mailrig::load {

/// Of one protocol; printable, without secrets. What the server did not tell is empty.
struct server_identity {
  std::string protocol;        ///< "imap", "pop3"
  std::string greeting;        ///< its first line
  std::string identification;  ///< what it answers to ID, or IMPLEMENTATION of CAPA
  std::string tls;             ///< version and cipher; empty: none
  std::string mechanism;       ///< of the login: "LOGIN", "USER/PASS", "APOP", "SASL PLAIN"
  std::string trouble;         ///< why nobody got in; empty: somebody did
};

/// Logs in once by each protocol, as this account; learns the delays between logins too (see target's pace). Blocks
/// for seconds at most where nothing answers.
std::vector<server_identity> identify_server(scenario::target const& t, std::size_t account, bool imap, bool pop3);

/// Asks POP3 for its capabilities alone, without a login: the delay between logins (see target's pace). Blocks
/// likewise.
void learn_login_delay(scenario::target const& t);

/// The mechanism that a client's line asks for, or what the line before it, `known`, has told already.
std::string mechanism_said(history::protocol proto, std::string_view line, std::string const& known);

}  // namespace mailrig::load
