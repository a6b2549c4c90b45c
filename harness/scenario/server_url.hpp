// server_url: "imap://user@host:port?starttls&remote&name=a&weight=3", as target files and command lines name a server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "session/channel.hpp"

namespace mailrig::scenario {

struct server_url {
  std::string scheme;  ///< imap, imaps, pop3, pop3s, lmtp; lower case
  std::string user;    ///< %XX decoded; may be empty
  net::endpoint at;
  bool implicit_tls = false;
  bool upgrade = false;               ///< ?starttls: STARTTLS or STLS
  bool remote = false;                ///< ?remote: it is another machine, is yours, and may be tested
  std::string name = {};              ///< ?name=a: of one endpoint among several; empty: none was given
  std::optional<double> weight = {};  ///< ?weight=3: its share, above 0 and up to 1000000
};

/// A port that is left out is the scheme's own. A password within is refused: command lines and logs show it.
base::result<server_url> read_server_url(std::string_view url);
bool looks_like_url(std::string_view text);
/// "URL,URL": at the commas that a scheme follows, so that a user's name may hold one.
std::vector<std::string_view> several_urls(std::string_view text);

}  // namespace mailrig::scenario
