// stage_append: how a stage puts mail into a mailbox by APPEND; headers that are not ASCII as RFC 6855 §4 has them.
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "model/ext/utf8_names.hpp"
#include "scenario/refusal.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// ENABLE, where it is there: without it such a server takes no such mail. It belongs before a mailbox is selected (RFC
/// 6855 §3).
void stage::accept_utf8(player& p) {
  auto const* c = p.proto == history::protocol::imap ? conversation(p) : nullptr;
  if (c && model::is_legacy(c->imap()) && c->imap().state == model::imap_state::authenticated)
    (void)command(p, "ENABLE UTF8=ACCEPT");
}

/// Sends an APPEND, its literal too where that waits for nobody; its tag.
std::string stage::begin_append(player& p, std::string const& mailbox, message const& m, bool plus) {
  auto const* c = conversation(p);
  bool const wide = c && c->imap().syntax.utf8 && model::begins_wide(m.octets);
  std::string flags;
  for (auto const& f : m.flags) flags += (flags.empty() ? "" : " ") + f;
  auto const tag = fmt::format("S{}", ++p.tags);
  auto const command =
      fmt::format("{} APPEND \"{}\"{}{} {}{{{}{}}}\r\n", tag, mailbox, flags.empty() ? "" : " (" + flags + ")",
                  m.date.empty() ? "" : " \"" + m.date + "\"", wide ? "UTF8 (~" : "", m.octets.size(), plus ? "+" : "");
  auto const rest = m.octets + (wide ? ")\r\n" : "\r\n");
  p.channel->send(plus ? command + rest : command);
  if (!plus && is_invited(p, tag)) p.channel->send(rest);
  return tag;
}

/// All of it may be sent without waiting (RFC 7888 §3; §5: with LITERAL- up to 4,096 octets). Never some of it: an
/// answer to what waits would be taken for the answer to what does not.
bool stage::waits_for_nobody(player const& p, std::vector<message> const& mail) const {
  constexpr std::size_t most = 4096;
  auto const* c = conversation(p);
  return c && (c->imap().can("LITERAL+") ||
               (c->imap().can("LITERAL-") &&
                std::ranges::all_of(mail, [](message const& m) { return m.octets.size() <= most; })));
}

stage::question stage::ask_in_pieces(player& p, std::vector<std::string> const& pieces, bool unasked) {
  auto const tag = fmt::format("S{}", ++p.tags);
  auto octets = tag + " ";
  for (std::size_t i = 0; i < pieces.size() && is_open(p); ++i) {
    octets += pieces[i];
    if (unasked && i + 1 < pieces.size()) continue;
    if (!unasked && i > 0 && !is_invited(p, tag)) break;
    p.channel->send(octets);
    octets.clear();
  }
  return {tag, loop_.now() + patience()};
}

base::result<void> stage::append(player& p, std::string const& mailbox, std::vector<message> const& mail) {
  constexpr std::size_t most_at_once = 64, most_octets = 256 * 1024;
  std::deque<std::pair<std::string, message const*>> under_way;  // with its tag
  std::size_t octets = 0;
  bool const plus = waits_for_nobody(p, mail);
  if (std::ranges::any_of(mail, [](message const& m) { return model::begins_wide(m.octets); })) accept_utf8(p);
  auto settle = [&]() -> base::result<void> {
    auto const [tag, m] = under_way.front();
    under_way.pop_front();
    octets -= m->octets.size();
    // A server may answer what came together when all of it is done.
    auto const limit = limits_.step * std::int64_t(1 + under_way.size() / 16);
    if (auto const done = answer_to(p, tag, limit); !done) {
      bool const keywords = std::ranges::any_of(m->flags, [](auto const& f) { return f[0] != '\\'; });
      return base::fault{0, std::string(keywords && says_no(done.error()) ? "keywords" : "setup"),
                         fmt::format("APPEND of {} octets{} to {}: {}", m->octets.size(),
                                     keywords ? " with a keyword" : "", mailbox, done.error().text)};
    }
    return {};
  };
  for (auto const& m : mail) {
    if (!is_open(p)) return base::fault{0, "setup", "the connection is closed"};
    under_way.emplace_back(begin_append(p, mailbox, m, plus), &m);
    octets += m.octets.size();
    while (!under_way.empty() && (!plus || under_way.size() >= most_at_once || octets > most_octets))
      if (auto const done = settle(); !done) return done.error();
  }
  while (!under_way.empty())
    if (auto const done = settle(); !done) return done.error();
  return {};
}

}  // namespace mailrig::scenario
