// played_script: a scenario that is played from the server's side: its `name<` lines are what the server sends, as they
// stand, and its `name>` lines what the client should do.
#pragma once

#include <map>

#include "scenario/script.hpp"

namespace mailrig::scenario {

struct played_script {
  script said;  ///< of `expect` operations only the texts are read; of `send` operations, what the client should do
  std::map<std::string, std::string> more;  ///< headers that only such a script has: "owes", "tls"
};

/// As read_script; also `name: accept`, `answer`, `certificate`, `flood` and `mail` are actions, and `proves` may be
/// missing.
base::result<played_script> read_played_script(std::string_view text, std::string const& file, std::string const& id);

}  // namespace mailrig::scenario
