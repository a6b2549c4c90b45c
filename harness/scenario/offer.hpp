// offer: what a server says that it can do, before and after a login, and where it lets a user's mailboxes be. From it
// follows which scenarios can be played there: what a client may not send, or what is not offered in the state in which
// it would be sent, is not asked for (RFC 3501 §6.1.1, §6.2.3; RFC 2342).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/tls.hpp"
#include "scenario/script.hpp"
#include "scenario/target.hpp"

namespace mailrig::scenario {

/// Asked once, before a run.
struct offer {
  std::vector<std::string> imap, pop3;       ///< capabilities in any state, upper case
  std::vector<std::string> imap_greeting;    ///< before a login, without TLS unless the target has it from the start
  std::vector<std::string> pop3_greeting;    ///< as imap_greeting
  std::vector<std::string> imap_logged_in;   ///< after it; empty: the server would not tell
  std::string pop3_barred;                   ///< why nobody gets into POP3 there; empty: the rig did
  std::optional<base::fault> imap_obstacle;  ///< what keeps the rig from logging in by IMAP, where it is one
  std::string prefix;                        ///< of the personal namespace; of mailboxes that mailrig makes
  std::string prefix_refused;                ///< why it is not the one that NAMESPACE tells; empty: it is
  bool prefix_is_no_name = false;            ///< as a mailbox has one
  std::string delimiter = "/";               ///< empty: there is no hierarchy
};

base::result<offer> probe(net::loop& l, target const& t, base::result<net::tls_context> const& trust);
/// Among capabilities: by its name, or with a number behind it, as "APPENDLIMIT=1000".
bool is_offered(std::vector<std::string> const& all, std::string const& name);
/// Why a scenario cannot run there; empty when it can.
std::string missing(script const& s, target const& t, offer const& o);
/// What is put before names of our own: as the target's file says, else as the server does.
inline std::string const& prefix_for(target const& t, offer const& o) { return t.prefix.empty() ? o.prefix : t.prefix; }

}  // namespace mailrig::scenario
