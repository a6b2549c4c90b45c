// bystander: see bystander.hpp.
#include "scenario/bystander.hpp"

#include <fmt/format.h>

#include "scenario/refusal.hpp"

namespace mailrig::scenario {

using history::protocol;

std::optional<stage::question> ask_whether_well(stage& s, player& p) {
  if (p.proto == protocol::pop3 || !p.channel || s.was_dismissed(p)) return std::nullopt;
  if (!s.is_open(p) && p.channel->cause() == net::end_cause::client_closed) return std::nullopt;
  return s.ask(p, "NOOP");
}

base::result<void> still_answers(stage& s, player& p, std::optional<stage::question> const& asked) {
  if (!asked) return {};
  auto const told = s.answer_to(p, *asked);
  if (told || s.was_dismissed(p) || has_excuse(told.error().text) || !s.cut_short().empty()) return {};
  return base::fault{0, "session", fmt::format("NOOP of a session that was there before: {}", told.error().text)};
}

base::result<void> lets_in(stage& s, protocol proto) {
  auto& p = s.add("afterwards", proto);
  base::result<void> in;
  for (int attempt = 0; attempt < 20; ++attempt) {
    auto const silent_at = s.loop().now() + s.patience();
    in = s.log_in(p, session::login_goal::authenticated);
    if (in || has_excuse(in.error().text) || !s.cut_short().empty()) break;
    if (s.loop().now() >= silent_at) break;  // who is silent is not asked again
    if (p.channel) p.channel->close();
    if (proto == protocol::imap && attempt == 2) break;
    s.wait([] { return false; }, std::chrono::milliseconds(200));
  }
  p.channel.reset();
  if (in || has_excuse(in.error().text) || !s.cut_short().empty()) return {};
  return base::fault{0, "login", fmt::format("a new session is not let in: {}", in.error().text)};
}

}  // namespace mailrig::scenario
