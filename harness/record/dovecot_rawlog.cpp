// dovecot_rawlog: Dovecot's rawlogs: what a client sent in NAME.in, what it got in NAME.out, with a time before each
// line or without, or both in one file ("1795919358.124246 I: ..."); they begin once the client has logged in.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "record/log_lines.hpp"
#include "wire/imap/command.hpp"
#include "wire/imap/framer.hpp"

namespace mailrig::record::dovecot_rawlog {
namespace {

/// "1795919358.124246 " at the start of a line; `both`: and "I: ", "I> ", "O: ", "O> " behind it.
struct mark {
  base::duration at{};
  std::size_t length = 0;
  char who = ' ';
  bool ends = true;  ///< the line ended where the log's does
};

std::optional<mark> mark_of(std::string_view line) {
  auto const dot = line.find('.');
  if (dot < 9 || dot > 11 || line.size() < dot + 8 || line[dot + 7] != ' ') return std::nullopt;
  auto const s = base::number(line.substr(0, dot));
  auto const us = base::number(line.substr(dot + 1, 6));
  if (!s || !us) return std::nullopt;
  mark m{base::duration(std::int64_t(*s) * 1'000'000'000 + std::int64_t(*us) * 1000), dot + 8};
  auto const more = line.substr(m.length);
  if (more.size() >= 3 && (more[0] == 'I' || more[0] == 'O') && (more[1] == ':' || more[1] == '>') && more[2] == ' ') {
    m.who = more[0];
    m.ends = more[1] == ':';
    m.length += 3;
  }
  return m;
}

std::string_view ending(std::filesystem::path const& p) {
  auto const e = p.extension();
  return e == ".in" ? "in" : e == ".out" ? "out" : "";
}

int fits(log_file const& file) {
  auto const first = std::string_view(file.octets).substr(0, file.octets.find('\n'));
  auto const m = mark_of(first);
  if (m && m->who != ' ') return 95;
  auto const side = ending(file.path);
  if (m && (!side.empty() || is_response(first.substr(m->length)) || is_command(first.substr(m->length)))) return 90;
  if (side == "in" && fit_of(file, is_command, 1, 2) > 0) return 85;
  if (side == "out" && fit_of(file, is_response, 1, 2) > 0) return 85;
  return 0;
}

/// What Dovecot 1 wrote into NAME.out after some seconds' silence; the client never got it.
bool is_inserted(std::string_view line) { return line.starts_with("* OK [RAWLOG TIMESTAMP] "); }

/// `rawlog -b` has each piece that was read between "<<<" and ">>>" and a line end.
std::string without_boundaries(std::string_view octets) {
  constexpr std::string_view begin = "<<<", end = ">>>\n";
  if (!octets.starts_with(begin)) return std::string(octets);
  std::string out;
  while (!octets.empty()) {
    if (!octets.starts_with(begin)) {
      auto const line = std::min(octets.find('\n'), octets.size() - 1) + 1;
      out += octets.substr(0, line);
      octets.remove_prefix(line);
      continue;
    }
    auto at = octets.find(end);
    auto const ends = [&] {
      auto const more = octets.substr(at + end.size());
      return more.empty() || more.starts_with(begin) || is_inserted(more);
    };
    while (at != octets.npos && !ends()) at = octets.find(end, at + 1);
    at = std::min(at, octets.size());
    out += octets.substr(begin.size(), at - begin.size());
    octets.remove_prefix(std::min(at + end.size(), octets.size()));
  }
  return out;
}

/// A file's lines as entries; each has its line end, since such a log leaves nothing out.
std::vector<spoken> entries_of(log_file const& file, side who, bool& timed) {
  std::vector<spoken> out;
  std::size_t number = 0;
  bool joined = false;  ///< the line before had no end of its own
  auto const octets = without_boundaries(file.octets);
  for (std::string_view left = octets; !left.empty();) {
    auto const end = std::min(left.find('\n'), left.size() - 1) + 1;
    auto line = left.substr(0, end);
    left.remove_prefix(end);
    if (is_inserted(line)) continue;
    spoken s{who, "", ++number, {}, form::octets};
    if (auto const m = mark_of(line)) {
      timed = true;
      s.at = m->at;
      if (m->who != ' ') s.who = m->who == 'I' ? side::client : side::server;
      line.remove_prefix(m->length);
      joined = !m->ends;
    } else if (timed && !out.empty()) {
      s.who = out.back().who;
      s.at = out.back().at;
      joined = false;
    }
    s.text = line;
    // What had no end when it was written was given one by the log.
    if (joined && s.text.ends_with('\n')) s.text.pop_back();
    // Editors and mail take the CR away.
    else if (s.text.ends_with('\n') && !s.text.ends_with("\r\n"))
      s.text.replace(s.text.size() - 1, 1, "\r\n");
    if (!s.text.empty()) out.push_back(std::move(s));
  }
  return out;
}

/// Of entries whose octets count: those of whole messages, each one with its literals; cut where `ends` says.
std::string octets_of(std::vector<spoken> const& entries) {
  std::string out;
  for (auto const& e : entries) out += e.text;
  return out;
}

/// Without times: each command before the answers that can be its own. What is tagged ends a command; POP3 answers in
/// order.
std::vector<spoken> interleave_imap(std::string const& sent, std::string const& received) {
  std::vector<spoken> out;
  wire::imap::command_reader reader;
  std::string_view left = sent;
  std::string tag;
  auto next_command = [&] {
    while (!left.empty()) {
      auto const step = reader.take(left);
      left.remove_prefix(step.consumed);
      if (step.kind == wire::imap::command_reader::step::incomplete) {
        left = {};
      } else if (step.kind == wire::imap::command_reader::step::needs_continuation) {
        reader.continued();
        continue;
      }
      auto const octets = std::string(reader.octets());
      if (!octets.empty()) out.push_back({side::client, octets, 0, {}, form::octets});
      auto const c = wire::imap::read_command(octets);
      tag = c.tag;
      reader.reset();
      return;
    }
    tag.clear();
  };
  bool login_over = false;
  wire::imap::framer framer;
  framer.feed(received, [&](wire::imap::frame const& f) {
    auto const line = f.octets.substr(0, f.octets.find('\r'));
    bool const tagged = is_tagged_status(line);
    // The first answer may be the login's, which is in no rawlog.
    if (!login_over && tagged && !sent.starts_with(std::string(base::words(line)[0]) + " ")) {
      login_over = true;
    } else if (login_over || !line.starts_with("* CAPABILITY")) {
      login_over = true;
      if (tag.empty()) next_command();
    }
    out.push_back({side::server, std::string(f.octets), 0, {}, form::octets});
    if (tagged && base::words(line)[0] == tag) tag.clear();
    if (line.starts_with('+') && left.starts_with("DONE")) {
      auto const end = std::min(left.find('\n'), left.size() - 1) + 1;
      out.push_back({side::client, std::string(left.substr(0, end)), 0, {}, form::octets});
      left.remove_prefix(end);
    }
  });
  while (!left.empty()) next_command();
  return out;
}

/// Lines, since what a POP3 command is answered by may be left to whoever restores the session.
std::vector<spoken> interleave_pop3(std::vector<spoken> const& in, std::vector<spoken> const& out_lines) {
  std::vector<spoken> out;
  std::size_t command = 0;
  bool first = true;
  auto bare = [](spoken s) {
    while (s.text.ends_with('\n') || s.text.ends_with('\r')) s.text.pop_back();
    s.form = form::line;
    return s;
  };
  for (auto const& s : out_lines) {
    bool const status = s.text.starts_with("+OK") || s.text.starts_with("-ERR");
    if (status && !std::exchange(first, false) && command < in.size()) out.push_back(bare(in[command++]));
    out.push_back(bare(s));
  }
  while (command < in.size()) out.push_back(bare(in[command++]));
  return out;
}

dialogue begin_of(log_file const& file) {
  dialogue d;
  d.name = file.path.stem().string();
  d.file = file.path;
  d.account = file.path.parent_path().string();
  d.after_login = true;
  return d;
}

dialogue paired(log_file const* in, log_file const* out) {
  auto d = begin_of(in ? *in : *out);
  bool in_timed = false, out_timed = false;
  auto sent = in ? entries_of(*in, side::client, in_timed) : std::vector<spoken>{};
  auto received = out ? entries_of(*out, side::server, out_timed) : std::vector<spoken>{};
  if (in && out && !(in_timed && out_timed)) {
    d.order_unknown = true;
    d.proto = !received.empty() && (received[0].text[0] == '+' || received[0].text[0] == '-') ? history::protocol::pop3
                                                                                              : history::protocol::imap;
    d.said = d.proto == history::protocol::imap ? interleave_imap(octets_of(sent), octets_of(received))
                                                : interleave_pop3(sent, received);
    for (std::size_t i = 0; i < d.said.size(); ++i) d.said[i].line = i + 1;
    return d;
  }
  d.said = std::move(sent);
  d.said.insert(d.said.end(), received.begin(), received.end());
  // At one moment the client spoke first: nothing is answered before it is asked.
  std::ranges::stable_sort(d.said, {}, [](spoken const& s) { return s.at.value_or(base::duration{}); });
  return d;
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  std::vector<dialogue> out;
  std::map<std::filesystem::path, std::pair<log_file const*, log_file const*>> pairs;
  for (auto const& file : files) {
    auto const side = ending(file.path);
    auto stem = file.path;
    stem.replace_extension();
    if (side == "in")
      pairs[stem].first = &file;
    else if (side == "out")
      pairs[stem].second = &file;
  }
  for (auto const& [stem, pair] : pairs) out.push_back(paired(pair.first, pair.second));
  for (auto const& file : files) {
    if (!ending(file.path).empty()) continue;
    auto d = begin_of(file);
    bool timed = false;
    auto const first = std::string_view(file.octets).substr(0, file.octets.find('\n'));
    auto const m = mark_of(first);
    auto const text = first.substr(m ? m->length : 0);
    d.said = entries_of(file, is_command(text) && !is_response(text) ? side::client : side::server, timed);
    // Both sides in one file are logged where the whole connection is.
    if (m && m->who != ' ') d.after_login = !(d.said.empty() ? false : is_greeting(d.said.front().text));
    out.push_back(std::move(d));
  }
  std::erase_if(out, [](dialogue const& d) { return d.said.empty(); });
  if (out.empty())
    return base::fault{0, at_line(files.front().path, 1), "is empty; a rawlog is NAME.in and NAME.out together"};
  return out;
}

importer const kind{"dovecot-rawlog", "Dovecot's rawlogs: NAME.in and NAME.out, with times or without, or one file",
                    fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::dovecot_rawlog
