// beginning: see beginning.hpp.
#include "scenario/beginning.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::scenario {

bool begin_later(script& s, std::size_t session) {
  auto& ops = s.operations;
  auto& state = s.sessions[session].state;
  auto const now = state.value_or(s.state);
  auto const speaks = [&](operation const& o) {
    return o.session == session && o.what != operation::kind::pause && o.action != "server";
  };
  auto const first = std::ranges::find_if(ops, speaks);
  if (first == ops.end()) return false;
  if (now == start_state::closed && first->what == operation::kind::act && first->action == "login") {
    ops.erase(first);
    state = start_state::authenticated;
    return true;
  }
  if (now != start_state::authenticated || s.sessions[session].proto != history::protocol::imap) return false;
  bool const selects = first->lines == std::vector<std::string>{"SELECT INBOX"};
  if (!selects && first->lines != std::vector<std::string>{"EXAMINE INBOX"}) return false;
  auto const answer = std::find_if(std::next(first), ops.end(), speaks);
  if (answer == ops.end() || answer->what != operation::kind::expect || !answer->completion()) return false;
  ops.erase(answer);
  ops.erase(first);
  state = selects ? start_state::selected : start_state::examined;
  return true;
}

bool lie_there(script& s, std::size_t at) {
  auto& ops = s.operations;
  if (ops[at].what != operation::kind::send || ops[at].lines.size() != 1) return false;
  std::string_view line = ops[at].lines[0];
  constexpr std::string_view verb = "APPEND INBOX ";
  if (!line.starts_with(verb) || !line.ends_with('}')) return false;
  line.remove_prefix(verb.size());
  mail_declaration m;
  if (line.starts_with('(')) {
    auto const end = std::min(line.find(')'), line.size() - 1);
    for (auto const flag : base::words(line.substr(1, end - 1))) m.flags.emplace_back(flag);
    line = base::trim(line.substr(end + 1));
  }
  if (line.starts_with('"')) {
    auto const end = std::min(line.find('"', 1), line.size() - 1);
    m.date = line.substr(1, end - 1);
    if (!wire::imap::instant_of(m.date)) return false;
    line = base::trim(line.substr(end + 1));
  }
  constexpr std::string_view literal = "{mail ";
  if (!line.starts_with(literal) || line.find('"') != line.npos) return false;
  m.name = base::trim(line.substr(literal.size(), line.size() - literal.size() - 1));
  auto const answer = std::find_if(ops.begin() + std::ptrdiff_t(at) + 1, ops.end(),
                                   [&](operation const& o) { return o.session == ops[at].session; });
  if (answer == ops.end() || answer->what != operation::kind::expect || !answer->completion()) return false;
  ops.erase(answer);
  ops.erase(ops.begin() + std::ptrdiff_t(at));
  s.mail.push_back(std::move(m));
  return true;
}

script without_idle_sessions(script s) {
  std::set<std::size_t> used;
  for (auto const& o : s.operations)
    if (o.what == operation::kind::concurrently)
      for (auto const& b : o.branches)
        for (auto const& inner : b) used.insert(inner.session);
    else if (o.what != operation::kind::pause && o.action != "server")
      used.insert(o.session);
  if (used.empty()) return s;
  std::vector<std::size_t> now(s.sessions.size());
  std::vector<session_declaration> kept;
  for (std::size_t i = 0; i < s.sessions.size(); ++i) {
    now[i] = kept.size();
    if (used.contains(i)) kept.push_back(s.sessions[i]);
  }
  s.sessions = std::move(kept);
  std::size_t line = 0;
  for (auto& o : s.operations) {
    o.session = std::min(now[o.session], s.sessions.size() - 1);
    o.line = ++line;
    for (auto& b : o.branches)
      for (auto& inner : b) inner.session = now[inner.session];
  }
  if (s.sessions.size() == 1) {
    auto& only = s.sessions[0];
    only.name = "client";
    if (only.state == s.state || (only.proto == history::protocol::pop3 && only.state == start_state::authenticated))
      only.state.reset();
  }
  return s;
}

script without_unused_messages(script s) {
  auto const unused = [&](message_text const& m) {
    auto const sent = [&](operation const& o) {
      return std::ranges::any_of(o.lines, [&](auto const& line) { return line.find(" " + m.name + "}") != line.npos; });
    };
    auto const somewhere = [&](operation const& o) {
      return sent(o) || std::ranges::any_of(o.branches, [&](auto const& b) { return std::ranges::any_of(b, sent); });
    };
    return std::ranges::find(s.mail, m.name, &mail_declaration::name) == s.mail.end() &&
           std::ranges::none_of(s.operations, somewhere);
  };
  std::erase_if(s.messages, unused);
  return s;
}

}  // namespace mailrig::scenario
