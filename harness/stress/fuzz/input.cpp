// input: see input.hpp.
#include "stress/fuzz/input.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/escapes.hpp"
#include "scenario/octet_pieces.hpp"
#include "scenario/script_text.hpp"

namespace mailrig::stress {

using history::protocol;
using scenario::operation;

operation say(std::size_t session, std::string line) {
  operation o;
  o.what = operation::kind::send;
  o.session = session;
  o.lines.push_back(std::move(line));
  return o;
}

operation act(std::size_t session, std::string action, std::string argument) {
  operation o;
  o.what = operation::kind::act;
  o.session = session;
  o.action = std::move(action);
  o.argument = std::move(argument);
  return o;
}

operation octets(std::size_t session, std::string_view what) { return act(session, "raw", in_quotes(what)); }

operation wait(base::duration d) {
  operation o;
  o.what = operation::kind::pause;
  o.pause = d;
  return o;
}

namespace {

constexpr std::size_t shortest_run = 48;
constexpr std::size_t longest_run = 100'000;  // as scripts may have

/// Names and braces mean what they mean in a script.
void escape(std::string& out, char c) {
  if (c == '$' || c == '{' || c == '}')
    out += c;
  else
    out += scenario::escaped({&c, 1});
}

/// The only name that octets may have is $box: what chance makes of a "$" must not become another.
bool names_something(std::string_view what, std::size_t at) {
  auto const rest = what.substr(at + 1);
  bool const name = !rest.empty() && (rest[0] == '{' || (rest[0] >= 'a' && rest[0] <= 'z'));
  if (!name) return false;
  auto const end = std::min(rest.size(), std::size_t(3));
  bool const box =
      rest.starts_with("{box}") ||
      (rest.starts_with("box") && (rest.size() == end || rest[end] == ' ' || rest[end] == '\r' || rest[end] == '"'));
  return !box;
}

}  // namespace

std::string in_quotes(std::string_view what) {
  std::string out = "\"";
  for (std::size_t at = 0; at < what.size();) {
    auto end = at;
    while (end < what.size() && what[end] == what[at] && end - at < longest_run) ++end;
    if (end - at >= shortest_run && what[at] != '$') {
      std::string one;
      escape(one, what[at]);
      out += fmt::format("\" \"{}\"*{} \"", one, end - at);
      at = end;
      continue;
    }
    // "mail[" would be a value of the language's.
    bool const value = what.substr(at).starts_with("mail[") || (what[at] == '$' && names_something(what, at));
    escape(out, value ? '#' : what[at]);
    ++at;
  }
  out += '"';
  if (out.starts_with("\"\" ")) out.erase(0, 3);
  if (out.ends_with(" \"\"")) out.erase(out.size() - 3);
  return out;
}

std::string octets_of(operation const& o) {
  std::string out;
  if (!sends_octets(o)) return out;
  if (auto const pieces = scenario::read_octet_pieces(o.argument, o.action))
    for (auto const& p : *pieces)
      for (auto n = p.times; n > 0; --n) out += p.octets;
  return out;
}

std::string octets_of(input const& in) {
  std::string out;
  for (auto const& o : in.steps) out += octets_of(o);
  return out;
}

std::string octets_of_line(std::string_view line, std::string_view tag) {
  auto out = tag.empty() ? std::string() : std::string(tag) + " ";
  while (!line.empty()) {
    auto const text = line.starts_with("{text \"") || line.starts_with("{text+ \"");
    auto const close = text ? line.find("\"}") : line.npos;
    if (line.starts_with("{literal box}")) {
      out += "\"$box\"";
      line.remove_prefix(13);
    } else if (close != line.npos) {
      auto const open = line.find('"') + 1;
      auto const value = scenario::unescaped(line.substr(open, close - open));
      out += fmt::format("{{{}{}}}\r\n{}", value.size(), line[5] == '+' ? "+" : "", value);
      line.remove_prefix(close + 2);
    } else {
      out += line.front();
      line.remove_prefix(1);
    }
  }
  return out + "\r\n";
}

void enter(input& to, std::size_t session) {
  to.steps.push_back(act(session, "may-close"));
  to.steps.push_back(act(session, "try-login"));
  if (to.proto == protocol::imap) to.steps.push_back(say(session, "SELECT INBOX"));
}

input derive_input(grammar const& words, base::rng& random) {
  input out;
  out.proto = words.proto();
  enter(out, 0);
  for (auto left = 2 + random.below(6); left > 0; --left) {
    out.steps.push_back(say(0, words.derive("command", random)));
    if (out.steps.back().lines[0] == "IDLE") out.steps.push_back(say(0, "DONE"));
  }
  return out;
}

std::string text_of(input const& in) {
  scenario::script s;
  s.title = "What the fuzzer keeps, since it met an answer that no other had";
  s.proves = {in.proto == protocol::imap ? "RFC3501-2.2.2-03" : "RFC1939-5-01"};
  s.state = scenario::start_state::closed;
  if (in.odd) s.tags = {"odd"};
  s.mail = {{"plain", 3, {}}};
  for (std::size_t i = 0; i < in.sessions; ++i)
    s.sessions.push_back({fmt::format("{}{}", in.proto == protocol::imap ? "s" : "p", i + 1), in.proto, {}});
  s.operations = in.steps;
  return scenario::script_text(s);
}

base::result<input> read_input(std::string_view text, std::string const& file) {
  auto const s = scenario::read_script(text, file, "corpus");
  if (!s) return s.error();
  input out;
  out.proto = s->sessions.front().proto;
  out.sessions = s->sessions.size();
  out.odd = std::ranges::find(s->tags, "odd") != s->tags.end();
  out.steps = s->operations;
  return out;
}

}  // namespace mailrig::stress
