// server_url: "imap://user@host:port?starttls&remote", as target files and command lines name a server.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "session/channel.hpp"

namespace mailrig::scenario {

struct server_url {
  std::string scheme;  ///< imap, imaps, pop3, pop3s, lmtp; lower case
  std::string user;    ///< %XX decoded; may be empty
  net::endpoint at;
  bool implicit_tls = false;
  bool upgrade = false;  ///< ?starttls: STARTTLS or STLS
  bool remote = false;   ///< ?remote: it is another machine, is yours, and may be tested
};

/// A port that is left out is the scheme's own. A password within is refused: command lines and logs show it.
base::result<server_url> read_server_url(std::string_view url);
bool looks_like_url(std::string_view text);

}  // namespace mailrig::scenario
