// session_word: see session_word.hpp.
#include "scenario/session_word.hpp"

#include <algorithm>

namespace mailrig::scenario {

using history::protocol;

std::optional<start_state> state_named(std::string_view name) {
  if (name == "closed") return start_state::closed;
  if (name == "greeting" || name == "not-authenticated" || name == "authorization") return start_state::greeting;
  if (name == "authenticated" || name == "transaction") return start_state::authenticated;
  if (name == "selected") return start_state::selected;
  if (name == "examined") return start_state::examined;
  return std::nullopt;
}

base::result<session_declaration> read_session(std::string_view word) {
  session_declaration s;
  auto const equals = word.find('=');
  auto const named = word.substr(0, equals);
  auto const where = std::min(named.find('@'), named.size());
  s.name = named.substr(0, where);
  if (where < named.size()) s.endpoint = named.substr(where + 1);
  if (s.name.empty()) return base::fault{0, "session", "a session has a name: laptop@a"};
  if (where < named.size() && (s.endpoint.empty() || s.endpoint.find_first_of("@/") != s.endpoint.npos))
    return base::fault{where, "session", "behind a session's @ stands one of the target's endpoints: laptop@a"};
  if (equals == word.npos) return s;
  auto const slash = word.find('/', equals);
  auto const spec = word.substr(equals + 1, slash == word.npos ? word.npos : slash - equals - 1);
  auto const at = std::min(spec.find('@'), spec.size());
  auto const proto = spec.substr(0, at);
  if (proto != "imap" && proto != "pop3")
    return base::fault{equals + 1, "session",
                       "a session is name, name=imap or name=pop3, @2 for another user's, then /state"};
  s.proto = proto == "imap" ? protocol::imap : protocol::pop3;
  if (at < spec.size() && spec.substr(at) != "@2")
    return base::fault{equals + 1 + at, "session",
                       "there are two users: the scenario's own, and that of sessions which say @2"};
  s.user = at < spec.size() ? 2 : 1;
  if (slash == word.npos) return s;
  s.state = state_named(word.substr(slash + 1));
  if (!s.state) return base::fault{slash + 1, "session", states_there_are};
  return s;
}

}  // namespace mailrig::scenario
