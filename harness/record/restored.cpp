// restored: see restored.hpp.
#include "record/restored.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "record/importer.hpp"
#include "record/log_lines.hpp"
#include "record/tape.hpp"

namespace mailrig::record {

using history::event_kind;
using history::protocol;

tape::tape(dialogue const& of, restored& out) : of_(of), out_(out) {}

base::instant tape::time_of(spoken const& by) {
  constexpr base::duration a_line = std::chrono::milliseconds(1);
  auto at = out_.timed ? by.at.value_or(last_) : a_line * std::int64_t(by.line);
  // A clock that shows minutes, or a day's hours, begins anew.
  if (out_.timed && begun_ && by.at && last_ - at > std::chrono::minutes(50)) {
    auto const turn = last_ - at > std::chrono::hours(20) ? base::duration(std::chrono::hours(24))
                                                          : base::duration(std::chrono::hours(1));
    while (at < last_ && last_ - at > turn / 2) at += turn;
  }
  if (begun_) at = std::max(at, last_);
  begun_ = true;
  return last_ = at;
}

void tape::event(event_kind kind, std::string_view octets, spoken const& by) {
  out_.events.push_back({time_of(by), kind, std::string(octets)});
}

void tape::say(side who, std::string_view octets, spoken const& by) {
  if (!octets.empty()) event(who == side::client ? event_kind::sent : event_kind::received, octets, by);
}

void tape::note(spoken const& by, std::string_view text) {
  constexpr std::size_t most = 200;
  if (out_.notes.size() < most)
    out_.notes.push_back(fmt::format("{}: {}", at_line(of_.file, by.line), text));
  else if (out_.notes.size() == most)
    out_.notes.push_back(fmt::format("{}: more of the like is not named", at_line(of_.file, by.line)));
}

void tape::lack(check::lack what, spoken const& by, std::string_view note_text) {
  lack_since(time_of(by), what, by, note_text);
}

void tape::lack_since(base::instant since, check::lack what, spoken const& by, std::string_view note_text) {
  if (!out_.events.empty()) since = std::max(since, out_.events.front().at);
  auto const known = std::ranges::find(out_.gaps, what, &check::gap::what);
  if (known == out_.gaps.end())
    out_.gaps.push_back({0, since, what});
  else
    known->at = std::min(known->at, since);
  note(by, note_text);
}

std::string stand_in(std::size_t size) {
  constexpr std::size_t width = 72;
  std::string out;
  out.reserve(size);
  while (size - out.size() > width + 1) {
    // The last line must have room for its own end.
    auto const left = size - out.size();
    auto const line = left - (width + 2) == 1 ? width - 1 : width;
    out.append(line, 'x') += "\r\n";
  }
  if (auto const left = size - out.size(); left >= 2) out.append(left - 2, 'x') += "\r\n";
  if (out.size() < size) out.append(size - out.size(), 'x');
  return out;
}

protocol protocol_of(dialogue const& of) {
  if (of.proto) return *of.proto;
  int imap = 0, pop3 = 0;
  for (auto const& s : of.said) {
    auto const line = std::string_view(s.text).substr(0, s.text.find('\r'));
    if (s.who == side::server) {
      imap += line.starts_with("* ") || is_tagged_status(line) ? 1 : 0;
      pop3 += line.starts_with("+OK") || line.starts_with("-ERR") ? 1 : 0;
    } else if (is_command(line)) {
      auto const w = base::words(line);
      bool const tagged = w.size() > 1 && is_command(std::string("x ") + std::string(w[1]));
      (tagged ? imap : pop3) += 1;
    }
    if (imap + pop3 > 40) break;
  }
  return pop3 > imap ? protocol::pop3 : protocol::imap;
}

namespace {

/// Whom the client logs in as.
std::string user_of(dialogue const& of) {
  for (auto const& s : of.said) {
    if (s.who != side::client) continue;
    auto const w = base::words(std::string_view(s.text).substr(0, s.text.find_first_of("\r\n")));
    if (w.size() > 2 && base::iequals(w[1], "LOGIN")) return std::string(w[2]);
    if (w.size() > 1 && base::iequals(w[0], "USER")) return std::string(w[1]);
  }
  return "";
}

}  // namespace

restored restore(dialogue const& of) {
  restored out;
  out.account = of.account.empty() ? user_of(of) : of.account;
  out.name = of.name.empty() ? of.file.stem().string() : of.name;
  out.proto = protocol_of(of);
  out.timed = std::ranges::any_of(of.said, [](spoken const& s) { return s.at.has_value(); });
  out.notes = of.notes;
  if (of.said.empty()) return out;
  tape t(of, out);
  auto const& first = of.said.front();
  if (!out.timed) t.note(first, "the log has no times: each of its lines counts as a millisecond");
  bool const client = std::ranges::any_of(of.said, [](spoken const& s) { return s.who == side::client; });
  bool const server = std::ranges::any_of(of.said, [](spoken const& s) { return s.who == side::server; });
  t.event(event_kind::opened, "", first);
  if (!client) t.lack(check::lack::commands, first, "what the client said is not in the log");
  if (!server) t.lack(check::lack::responses, first, "what the server said is not in the log");
  if (of.lossy) t.lack(check::lack::responses, first, "parts of the connection are missing");
  if (of.order_unknown)
    t.lack(check::lack::order, first,
           "who spoke when is not in the log: each command stands before what can answer it");
  out.proto == protocol::imap ? restore_imap(of, t, out) : restore_pop3(of, t, out);
  t.event(event_kind::ended, "log ended", of.said.back());
  return out;
}

}  // namespace mailrig::record
