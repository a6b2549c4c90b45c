// imaplib: Python's imaplib with debug >= 4: "  29:17.74 > b'LFAD1 LOGIN ...'"; literals are not shown, but for what
// the library keeps of them.
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

int fits(log_file const& file) {
  return fit_of(
      file,
      [](std::string_view line) {
        auto const m = take(line);
        return m && (line.find("> b'") != line.npos || line.find("< b'") != line.npos);
      },
      60, 91);
}

void read_line(log_line const& line, std::vector<dialogue>& out) {
  if (auto m = take(line.text)) {
    auto& d = dialogue_for(*m, out);
    d.said.push_back({m->who, std::move(m->text), line.number, m->at, m->form});
    return;
  }
  if (out.empty() || out.back().said.empty() || !out.back().said.back().text.ends_with('}')) return;
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
