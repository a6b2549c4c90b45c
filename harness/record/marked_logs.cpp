// marked_logs: see marked_logs.hpp.
#include "record/marked_logs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::record {

namespace {

/// The client has said good-bye, and was answered.
bool is_over(dialogue const& d) {
  auto const last = std::ranges::find_if(d.said.rbegin(), d.said.rend(),
                                         [](spoken const& s) { return s.form != form::loose && !s.text.empty(); });
  if (last == d.said.rend() || last->who != side::server) return false;
  return std::ranges::any_of(d.said, [](spoken const& s) {
    return s.who == side::client && s.text.size() < 80 &&
           (s.text.ends_with(" LOGOUT") || s.text.ends_with(" logout") || s.text == "QUIT" ||
            s.text.ends_with(" LOGOUT\r\n"));
  });
}

/// OK with a code that comes with other answers than a greeting.
bool has_other_code(std::string_view text) {
  auto const code = text.find('[');
  return code != text.npos && code < 12 && !base::istarts_with(text.substr(code), "[CAPABILITY");
}

/// Nobody but the server has said anything, and no more than its greeting.
bool greets_only(dialogue const& d) {
  std::size_t lines = 0;
  for (auto const& s : d.said) {
    if (s.form == form::loose || s.text.empty()) continue;
    if (s.who == side::client || !is_greeting(s.text) || has_other_code(s.text)) return false;
    ++lines;
  }
  return lines == 1;
}

}  // namespace

dialogue& dialogue_for(marked const& m, std::vector<dialogue>& all) {
  auto known = std::find_if(all.rbegin(), all.rend(), [&](dialogue const& d) { return d.name == m.session; });
  // A client reads one greeting from each connection, and before it speaks.
  bool const greets = m.who == side::server && is_greeting(m.text) && !m.text.starts_with("* BYE");
  if (known == all.rend() || (greets && (is_over(*known) || (greets_only(*known) && !has_other_code(m.text))))) {
    all.emplace_back().name = m.session;
    return all.back();
  }
  return *known;
}

namespace {

/// "A0012" as "A#".
std::string form_of_tag(std::string_view command) {
  std::string out;
  for (char const c : command.substr(0, command.find(' ')))
    if (c < '0' || c > '9')
      out += c;
    else if (!out.ends_with('#'))
      out += '#';
  return out;
}

}  // namespace

/// Whether a line is one of a literal, whatever it looks like. An answer that is waited for says that the log left it
/// out.
bool guesser::inside(std::string_view text) {
  if (left_ <= 0) return false;
  if (is_tagged_status(text) && asked_.contains(base::words(text)[0])) return left_ = 0, false;
  auto const size = std::int64_t(text.size());
  bool const all = size <= left_;
  left_ -= size + 2;
  return all || last_ == side::server;
}

spoken guesser::take(std::string_view text, std::size_t line, std::optional<base::duration> at) {
  // A block of code is set off by blanks.
  if (auto const bare = base::trim(text); left_ <= 0 && bare.size() < text.size() && text.starts_with(' '))
    if (auto const inner = text.substr(text.find_first_not_of(' ')); is_response(inner) || is_command(inner))
      text = inner;
  spoken s{last_, std::string(text), line, at, form::line};
  if (inside(text)) {
    s.form = last_ == side::client ? form::line : form::loose;
  } else if (goes_on(text)) {
    s.who = side::server;
    s.form = form::loose;
  } else if (is_response(text)) {
    s.who = side::server;
    respond(text);
  } else if (turn_ && !text.empty()) {
    s.who = side::client;
    turn_ = false;
  } else if (is_command(text) || base::iequals(text, "DONE")) {
    s.who = side::client;
    auto const l = literal_of(text, side::client, true);
    literal_ = l.has_value();
    left_client_ = l ? std::int64_t(l->count) : 0;
    left_ = l && !l->waits ? left_client_ : 0;
    last_ = left_ > 0 ? side::client : side::server;
    auto const w = base::words(text.substr(0, 200));
    if (w.size() > 1) asked_.emplace(w[0]);
    tag_ = form_of_tag(text);
    proves_ = (w.size() > 1 && base::iequals(w[1], "AUTHENTICATE")) || base::iequals(w[0], "AUTH");
  } else {
    s.form = form::loose;
  }
  return s;
}

/// Whether a line belongs to the response before it, which has no end yet. Capabilities look like commands, but their
/// first word not like a tag.
bool guesser::goes_on(std::string_view text) {
  constexpr std::size_t longest = 10'000;
  bool const other = is_response(text) || (is_command(text) && form_of_tag(text) == tag_);
  if (open_.empty() || other || text.empty() || open_.size() > longest) return open_.clear(), false;
  open_ += text;
  if (!is_open(open_)) open_.clear();
  return true;
}

void guesser::respond(std::string_view text) {
  bool const tagged = is_tagged_status(text);
  if (tagged) asked_.erase(std::string(base::words(text)[0]));
  turn_ = proves_ && (text.starts_with("+ ") || text == "+");
  if (tagged || text.starts_with("+OK") || text.starts_with("-ERR")) proves_ = false;
  // Behind the leave to go on it is the client's turn.
  bool const literal = literal_ && text.starts_with('+');
  last_ = literal ? side::client : side::server;
  auto const l = literal_of(text, side::server, true);
  left_ = l ? std::int64_t(l->count) : literal ? left_client_ : 0;
  if (!l && (tagged || text.starts_with("* ")) && is_open(text)) open_ = text;
}

std::string stand_in_for_secret(std::span<spoken const> before) {
  if (!before.empty() && before.back().who == side::server && before.back().text.starts_with('+')) return "*";
  std::uint64_t tag = 0;
  for (auto const& s : before)
    if (s.who == side::client) tag = std::max(tag, base::number(s.text.substr(0, s.text.find(' '))).value_or(0));
  return fmt::format("{} LOGIN * *", tag + 1);
}

logcat_line read_logcat(std::string_view line) {
  logcat_line out{{}, line};
  if (auto const s = read_stamp(line)) {
    out.at = s->at;
    out.text.remove_prefix(s->length);
  }
  auto text = out.text;
  // "26970 27081 V Tag: ", "V/k9 (23954): "
  auto w = base::words(text.substr(0, 60));
  if (w.size() >= 4 && base::number(w[0]) && base::number(w[1]) && w[2].size() == 1) {
    auto const colon = text.find(": ");
    if (colon != text.npos && colon < 100) out.text = text.substr(colon + 2);
  } else if (text.size() > 2 && text[1] == '/' && std::string_view("VDIWEF").find(text[0]) != std::string_view::npos) {
    auto const colon = text.find("): ");
    if (colon != text.npos && colon < 100) out.text = text.substr(colon + 3);
  }
  return out;
}

base::result<std::vector<dialogue>> read_marked(std::vector<log_file> const& files, unmark take,
                                                bool (*loose)(std::string_view line), std::string_view what) {
  return read_lines(
      files,
      [&](log_line const& line, std::vector<dialogue>& out) {
        if (auto m = take(line.text)) {
          dialogue_for(*m, out).said.push_back({m->who, std::move(m->text), line.number, m->at, m->form});
        } else if (loose && !out.empty() && !out.back().said.empty() && loose(line.text)) {
          auto const& last = out.back().said.back();
          out.back().said.push_back({last.who, std::string(line.text), line.number, last.at, form::loose});
        }
      },
      what);
}

}  // namespace mailrig::record
