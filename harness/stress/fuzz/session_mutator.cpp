// session_mutator: commands sent at once or in pieces, by another session beside, connections dropped, reset and half
// closed in the middle of a command, and made again.
#include <algorithm>

#include "stress/fuzz/mutator.hpp"

namespace mailrig::stress::session_mutator {
namespace {

using scenario::operation;
using namespace std::chrono_literals;

constexpr std::size_t most_sessions = 3, most_at_once = 24;

bool is_send(operation const& o) { return o.what == operation::kind::send; }

/// Which mailbox the commands behind it are about is not known before it is answered.
bool changes_mailbox(operation const& o) {
  return std::ranges::any_of(o.lines, [](std::string_view line) {
    return line.starts_with("SELECT") || line.starts_with("EXAMINE") || line == "CLOSE" || line == "UNSELECT";
  });
}

/// What a session says next goes along with what it said before.
bool pipeline(input& in, std::size_t at, base::rng& random) {
  auto& first = in.steps[at];
  if (!is_send(first) || changes_mailbox(first)) return false;
  for (auto i = at + 1; i < in.steps.size() && first.lines.size() < most_at_once;) {
    auto const& o = in.steps[i];
    if (!is_send(o) || o.session != first.session) {
      ++i;
      continue;
    }
    if (changes_mailbox(o)) break;
    first.lines.insert(first.lines.end(), o.lines.begin(), o.lines.end());
    in.steps.erase(in.steps.begin() + std::ptrdiff_t(i));
  }
  // Many of the same: a flood, within bounds.
  while (random.below(3) == 0 && first.lines.size() * 2 <= most_at_once)
    for (auto n = first.lines.size(); n > 0; --n) first.lines.push_back(first.lines[first.lines.size() - n]);
  return first.lines.size() > 1;
}

/// In two segments, with a pause between.
bool in_pieces(input& in, std::size_t at, base::rng& random) {
  auto const text = spoken(in, at, random);
  if (text.size() < 2 || text.size() > 2000) return false;
  if (in.proto == history::protocol::imap && text.find("}\r\n") != text.npos) return false;  // a literal waits for "+"
  auto const where = 1 + random.below(text.size() - 1);
  in.steps[at] =
      act(in.steps[at].session, "cut", in_quotes(text.substr(0, where)) + " 5ms " + in_quotes(text.substr(where)));
  return true;
}

/// The connection ends in the middle of a command, and the client comes again.
bool broken_off(input& in, std::size_t at, base::rng& random) {
  auto const session = in.steps[at].session;
  auto const text = spoken(in, at, random);
  std::vector<operation> put;
  if (!text.empty()) put.push_back(octets(session, std::string_view(text).substr(0, random.below(text.size() + 1))));
  if (!put.empty() && octets_of(put.front()).empty()) put.clear();
  put.push_back(act(session, random.below(2) ? "drop" : "reset"));
  if (in.proto == history::protocol::pop3) put.push_back(wait(20ms));
  put.push_back(act(session, "try-login"));
  if (in.proto == history::protocol::imap) put.push_back(say(session, "SELECT INBOX"));
  in.steps.erase(in.steps.begin() + std::ptrdiff_t(at));
  in.steps.insert(in.steps.begin() + std::ptrdiff_t(at), put.begin(), put.end());
  return true;
}

/// Another session of the account says the rest, or what it finds to say.
bool beside(input& in, std::size_t at, mutation& m) {
  std::size_t session = in.sessions - 1;
  if (in.sessions < most_sessions && (session == 0 || m.random.below(2))) {
    session = in.sessions++;
    input entering;
    entering.proto = in.proto;
    enter(entering, session);
    in.steps.insert(in.steps.begin() + std::ptrdiff_t(at), entering.steps.begin(), entering.steps.end());
    at += entering.steps.size();
  }
  for (auto i = at; i < in.steps.size(); ++i)
    if (is_send(in.steps[i]) && m.random.below(2)) in.steps[i].session = session;
  in.steps.push_back(say(session, m.words.derive("command", m.random)));
  return true;
}

/// It says no more, and hears on.
bool half_closed(input& in, std::size_t at) {
  in.steps.insert(in.steps.begin() + std::ptrdiff_t(at) + 1, act(in.steps[at].session, "close"));
  return true;
}

bool change(input& in, mutation& m) {
  auto const at = speaking_step(in, m.random);
  if (!at) return false;
  switch (m.random.below(6)) {
    case 0: return in_pieces(in, *at, m.random);
    case 1: return broken_off(in, *at, m.random);
    case 2: return beside(in, *at, m);
    case 3: return half_closed(in, *at);
    default: return pipeline(in, *at, m.random);
  }
}

mutator const kind{"session", "commands at once or in pieces, by sessions side by side, connections that end midway",
                   true, &change};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::stress::session_mutator
