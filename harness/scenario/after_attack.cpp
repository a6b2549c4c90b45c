// after_attack: see after_attack.hpp.
#include "scenario/after_attack.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/bystander.hpp"

namespace mailrig::scenario {

using history::protocol;

std::vector<unserved> unserved_after_attack(stage& s, second_account* second, script const& attack) {
  std::vector<unserved> out;
  // Nor is that an attack's doing which the server never did.
  bool hurried = s.gave_up() || s.server().silences->never_answered("NOOP");
  auto const hold = [&](base::result<void> const& served, char const* rule, char const* whose, protocol proto) {
    if (served || !s.cut_short().empty()) return;
    out.push_back({rule, proto,
                   fmt::format("after the attack, {}: {}{}", whose, served.error().text,
                               hurried ? ", soon after the server had been silent for too long" : ""),
                   hurried});
  };
  if (second) second->ask(hurried);
  auto const own = ask_whether_well(s, s.at(0));
  hold(still_answers(s, s.at(0), own), "attacked.session", "of the same user", protocol::imap);
  if (second) hold(second->still_answers(), "attacked.user", "of another user", protocol::imap);
  // RFC 3501 §11.2: a server limits or delays logins after others have failed.
  if (std::ranges::find(attack.tags, "lockout") != attack.tags.end()) return out;
  for (auto const proto : {protocol::imap, protocol::pop3}) {
    if (!attack.uses(proto)) continue;
    hurried = s.gave_up() || (second && second->was_silent());
    if (hurried) s.lose_patience();
    hold(lets_in(s, proto), "attacked.server", "of the same user", proto);
    hurried = hurried || s.gave_up();
    if (second) hold(second->lets_in(proto, hurried), "attacked.user", "of another user", proto);
  }
  return out;
}

}  // namespace mailrig::scenario
