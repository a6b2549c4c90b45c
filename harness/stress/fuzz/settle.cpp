// settle: see settle.hpp.
#include "stress/fuzz/settle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::stress {

using history::protocol;
using scenario::operation;

namespace {

constexpr std::size_t most_steps = 60, most_octets = 200'000;

bool names_any(std::string_view octets, std::initializer_list<std::string_view> words) {
  auto const upper = base::to_upper(octets);
  return std::ranges::any_of(words, [&](auto w) { return upper.find(w) != upper.npos; });
}

/// What some server may take for the announcement of a literal: "{", digits, and "}" before the end of a line.
bool announces_literal(std::string_view octets) {
  for (std::size_t at = octets.find('{'); at != octets.npos; at = octets.find('{', at + 1)) {
    auto const end = std::min(octets.find_first_of("\r\n", at), octets.size());
    auto const line = octets.substr(at, end - at);
    if (line.find('}') != line.npos) return true;
  }
  return false;
}

bool open_for_imap(std::string_view octets) {
  if (names_any(octets, {"IDLE", "AUTHENTICATE", "STARTTLS", "COMPRESS", "LOGOUT", "LOGIN"})) return true;
  // Where a line that is broken in a literal ends is for nobody to say.
  if (announces_literal(octets)) return true;
  wire::imap::command_reader reader;
  for (auto rest = octets; !rest.empty();) {
    auto const step = reader.take(rest);
    if (step.kind != wire::imap::command_reader::step::whole) return true;
    rest.remove_prefix(step.consumed);
    reader.reset();
  }
  return false;
}

/// A server answers each line, in order; of one that is none, or too long, nobody knows how many answers it has.
bool open_for_pop3(std::string_view octets) {
  constexpr std::size_t longest = 255;
  if (names_any(octets, {"AUTH", "STLS", "QUIT", "APOP", "PASS", "USER"})) return true;
  if (!octets.ends_with("\r\n")) return true;
  for (auto line : base::split(octets.substr(0, octets.size() - 2), '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.size() > longest || line.find_first_of(std::string_view("\r\0", 2)) != line.npos)
      return true;
  }
  return std::ranges::count(octets, '\n') != std::ptrdiff_t(base::split(octets, '\r').size()) - 1;
}

class settling {
 public:
  explicit settling(input& in) : in_(in), sessions_(in.sessions) {}

  void run() {
    std::erase_if(in_.steps, [](auto const& o) { return o.what == operation::kind::expect; });
    std::size_t octets = 0;
    for (auto& o : std::exchange(in_.steps, {})) {
      octets += o.argument.size() + octets_of(o).size();
      for (auto const& line : o.lines) octets += line.size();
      if (steps_.size() < most_steps && octets < most_octets) one(std::move(o));
    }
    for (std::size_t s = 0; s < sessions_.size(); ++s) end(s);
    in_.odd = in_.odd || astray_;
    in_.steps = std::move(steps_);
  }

 private:
  struct progress {
    bool open = false;
    bool idling = false;
    bool lost = false;  ///< what is due is not known any more
    bool asks = false;  ///< octets went out, and no answer was awaited since
  };

  bool imap() const { return in_.proto == protocol::imap; }

  void one(operation o) {
    if (o.what == operation::kind::pause) return steps_.push_back(std::move(o));
    auto& s = sessions_[o.session];
    if (o.what == operation::kind::send) return send(std::move(o), s);
    auto const& a = o.action;
    if (a == "try-login") {
      if (s.open) return;
      s = {.open = true};
    } else if (a == "drop" || a == "reset") {
      if (!s.open) return;
      ask(o.session, s);
      s = {};
    } else if (a == "close") {
      s.lost = true;
    } else if (sends_octets(o)) {
      return said(std::move(o), s);
    }
    steps_.push_back(std::move(o));
  }

  /// Octets as they stand. IMAP's are answered by the time that the command behind them is; POP3 answers each line.
  void said(operation o, progress& s) {
    if (!s.open) return;
    auto const text = octets_of(o);
    auto const session = o.session;
    s.lost = s.lost || s.idling || !leaves_nothing_open(text, in_.proto);
    s.asks = imap() && !s.lost;
    steps_.push_back(std::move(o));
    if (imap() || s.lost) return;
    for (auto lines = std::ranges::count(text, '\n'); lines > 0; --lines) expect(session, "+OK | -ERR | closed");
  }

  void send(operation o, progress& s) {
    if (!s.open) return;
    auto const session = o.session;
    auto const ends = std::ranges::find_if(o.lines, [&](auto const& l) { return l == "LOGOUT" || l == "QUIT"; });
    if (ends != o.lines.end()) o.lines.erase(std::next(ends), o.lines.end());
    bool const idle = imap() && o.lines.size() == 1 && o.lines[0] == "IDLE";
    bool const done = imap() && o.lines.size() == 1 && o.lines[0] == "DONE";
    s.lost = s.lost || (s.idling != done) ||
             (o.lines.size() > 1 && std::ranges::any_of(o.lines, [](auto const& l) { return is_idle(l); }));
    if (s.lost) return lost(std::move(o));
    auto const lines = o.lines;
    bool const over = ends != o.lines.end();
    steps_.push_back(std::move(o));
    for (auto const& line : lines)
      expect(session, !imap()                   ? "+OK | -ERR | closed"
                      : idle                    ? "+ | OK | NO | BAD | closed"
                      : has_malformed_set(line) ? "NO | BAD | closed"
                                                : "OK | NO | BAD | closed");
    s.idling = idle;
    s.asks = false;
    if (!over) return;
    steps_.push_back(act(session, "drop"));
    s = {};
  }

  static bool is_idle(std::string_view line) { return line == "IDLE" || line == "DONE"; }

  /// Nobody waits for an answer, nor for a "+".
  void lost(operation o) {
    astray_ = true;  // what follows is not what the server waits for
    std::string all;
    for (auto const& line : o.lines)
      all += octets_of_line(line, imap() && line != "DONE" ? fmt::format("x{}", ++tags_) : "");
    steps_.push_back(octets(o.session, all));
  }

  void expect(std::size_t session, std::string_view what) {
    operation o;
    o.what = operation::kind::expect;
    o.session = session;
    o.expectations.push_back(scenario::any_of(what, in_.proto));
    // That what is malformed is refused is a weaker rule than that it is answered.
    o.proves = {!imap() ? "RFC1939-5-01" : what.starts_with("NO") ? "RFC3501-2.2.2-04" : "RFC3501-2.2.2-03"};
    steps_.push_back(std::move(o));
  }

  /// Whole commands are answered, however odd those before them were.
  void ask(std::size_t session, progress& s) {
    if (!std::exchange(s.asks, false) || s.lost || s.idling) return;
    steps_.push_back(say(session, "NOOP"));
    expect(session, "OK | NO | BAD | closed");
  }

  void end(std::size_t session) {
    auto& s = sessions_[session];
    if (!s.open) return;
    ask(session, s);
    if (s.lost) steps_.push_back(wait(std::chrono::milliseconds(20)));
    steps_.push_back(act(session, "drop"));
  }

  input& in_;
  std::vector<progress> sessions_;
  std::vector<operation> steps_;
  std::size_t tags_ = 0;
  bool astray_ = false;
};

}  // namespace

bool has_malformed_set(std::string_view line) {
  auto const words = base::words(line);
  bool const uid = !words.empty() && base::iequals(words[0], "UID");
  auto const verb = std::size_t(uid ? 1 : 0);
  if (words.size() < verb + 3) return false;
  auto const takes_set = [&](auto name) { return base::iequals(words[verb], name); };
  if (std::ranges::none_of(std::array{"FETCH", "STORE", "COPY", "MOVE"}, takes_set)) return false;
  auto const set = words[verb + 1];
  if (set.find_first_not_of("0123456789,:*") != set.npos) return false;
  return std::ranges::any_of(base::split(set, ','), [](std::string_view range) {
    auto const ends = base::split(range, ':');
    return ends.size() > 2 || std::ranges::any_of(ends, [](std::string_view end) {
             auto const n = base::number(end);
             return end != "*" && (!n || *n == 0 || *n > 4294967295);
           });
  });
}

bool awaits_what_is_due(scenario::script const& s) {
  std::vector<bool> lost(s.sessions.size()), idling(s.sessions.size());
  for (auto const& o : s.operations) {
    if (o.what == operation::kind::pause) continue;
    auto const proto = s.sessions[o.session].proto;
    if (o.what == operation::kind::expect && lost[o.session]) return false;
    if (o.action == "try-login" || o.action == "login" || o.action == "drop" || o.action == "reset")
      lost[o.session] = idling[o.session] = false;
    if (o.action == "close") lost[o.session] = true;
    if (sends_octets(o))
      lost[o.session] = lost[o.session] || idling[o.session] || !leaves_nothing_open(octets_of(o), proto);
    for (auto const& line : o.lines) {
      if (idling[o.session] && line != "DONE") lost[o.session] = true;
      idling[o.session] = proto == protocol::imap && line == "IDLE";
    }
  }
  // At the end each session is told goodbye, which half a line before it makes another word.
  return std::ranges::find(lost, true) == lost.end();
}

bool leaves_nothing_open(std::string_view octets, protocol proto) {
  return !octets.empty() && (proto == protocol::imap ? !open_for_imap(octets) : !open_for_pop3(octets));
}

void settle(input& in) { settling(in).run(); }

}  // namespace mailrig::stress
