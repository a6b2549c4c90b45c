// imaplib: Python's imaplib with debug >= 4: "  29:17.74 > b'LFAD1 LOGIN ...'"; literals are not shown, but for what
// the library keeps of them.
#include <fmt/format.h>

#include <algorithm>

#include "record/marked_logs.hpp"

namespace mailrig::record::imaplib {
namespace {

/// Where "> " or "< " stands: right behind the time, or behind a logger's words.
std::optional<std::size_t> mark_in(std::string_view line) {
  constexpr std::size_t furthest = 120;
  auto const s = read_stamp(line);
  if (s && s->length + 2 < line.size() && (line[s->length] == '<' || line[s->length] == '>') &&
      line[s->length + 1] == ' ')
    return s->length;
  for (std::string_view const mark : {"> b'", "< b'", "> b\"", "< b\""})
    if (auto const at = line.substr(0, furthest).find(mark); at != line.npos)
      if (at == 0 || line[at - 1] == ':' || line[at - 1] == ' ') return at;
  return std::nullopt;
}

std::optional<marked> take(std::string_view line) {
  auto const mark = mark_in(line);
  if (!mark) return std::nullopt;
  auto const text = line.substr(*mark);
  marked m;
  m.who = text[0] == '<' ? side::server : side::client;
  if (auto const s = read_stamp(line)) m.at = s->at;
  auto const value = text.substr(2);
  bool const quoted = value.starts_with("b'") || value.starts_with("b\"");
  if (auto whole = quoted ? python_string(value) : std::optional(std::string(value))) {
    m.text = std::move(*whole);
    while (m.text.ends_with('\n') || m.text.ends_with('\r')) m.text.pop_back();
  } else {
    m.text = value.substr(2);
    m.form = form::cut;
  }
  return m;
}

/// "untagged_responses[FETCH] 0 += ["(b'1 (RFC822 {134}', b'From: ...')"]" has a literal's octets, where they are
/// whole.
std::optional<std::string> kept_literal(std::string_view line) {
  auto const from = line.find(" += [");
  if (from == line.npos || line.find("untagged_responses[") == line.npos) return std::nullopt;
  std::string_view rest;
  auto const shown = python_string(line.substr(from + 5));
  if (!shown || !shown->starts_with("(b")) return std::nullopt;
  auto const first = python_string(std::string_view(*shown).substr(1), &rest);
  if (!first || !first->ends_with('}') || !rest.starts_with(", b")) return std::nullopt;
  return python_string(rest.substr(2));
}

/// "  29:17.74 > ": minutes, seconds and hundredths, without b'...' as Python 2 has it.
bool is_plain(std::string_view line) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  if (line.size() < 11 || line[2] != ':' || line[5] != '.' || line[8] != ' ') return false;
  auto const text = line.substr(11);
  return (line[9] == '<' && is_response(text)) || (line[9] == '>' && is_command(text));
}

int fits(log_file const& file) {
  auto const quoted = fit_of(
      file,
      [](std::string_view line) {
        auto const m = take(line);
        return m && (line.find("> b'") != line.npos || line.find("< b'") != line.npos);
      },
      60, 91);
  return std::max(quoted, fit_of(file, is_plain, 62, 90));
}

/// The answer to "+" in AUTHENTICATE, of which the log has the size only.
void hide_answer(log_line const& line, dialogue& d) {
  auto const asked = std::ranges::find(d.said.rbegin(), d.said.rend(), side::client, &spoken::who);
  if (asked == d.said.rend() || asked->text.find(" AUTHENTICATE ") == std::string::npos) return;
  d.said.push_back({side::client, "c3RhbmQtaW4=", line.number, d.said.back().at, form::line});
  d.notes.push_back(fmt::format("line {}: an answer that holds a secret is not in the log: a stand-in", line.number));
}

void read_line(log_line const& line, std::vector<dialogue>& out) {
  if (auto m = take(line.text)) {
    auto& d = dialogue_for(*m, out);
    d.trimmed = d.trimmed || is_plain(line.text);
    d.said.push_back({m->who, std::move(m->text), line.number, m->at, m->form});
    return;
  }
  if (out.empty() || out.back().said.empty()) return;
  if (line.text.find(" write literal size ") != line.text.npos) return hide_answer(line, out.back());
  if (!out.back().said.back().text.ends_with('}')) return;
  auto const literal = kept_literal(line.text);
  if (!literal) return;
  auto& said = out.back().said;
  auto const at = said.back().at;
  // As lines, since that is how literals are taken; a line that has no end goes on with what follows.
  for (auto const& l : lines_of(*literal))
    said.push_back({side::server, std::string(l.text), line.number, at, form::loose});
}

base::result<std::vector<dialogue>> read(std::vector<log_file> const& files) {
  return read_lines(files, read_line, "lines like \"29:17.74 > b'ABCD1 NOOP'\"");
}

importer const kind{"imaplib", "Python's imaplib with debug 4 or more (5 keeps most of the mail)", fits, read};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::record::imaplib
