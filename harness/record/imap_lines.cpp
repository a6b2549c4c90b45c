// imap_lines: see imap_lines.hpp.
#include "record/imap_lines.hpp"

#include "base/text.hpp"
#include "wire/imap/framer.hpp"
#include "wire/imap/response.hpp"

namespace mailrig::record {

constexpr std::uint64_t largest_literal = 64u << 20;

std::optional<announced> literal_of(std::string_view line, side who, bool first) {
  if (!line.ends_with('}')) return std::nullopt;
  auto const open = line.rfind('{');
  if (open == line.npos) return std::nullopt;
  auto digits = line.substr(open + 1, line.size() - open - 2);
  bool const plus = digits.ends_with('+') || digits.ends_with('-');
  if (plus) digits.remove_suffix(1);
  auto const count = base::number(digits);
  if (!count || *count > largest_literal) return std::nullopt;
  if (who == side::server && !wire::imap::announced_literal(line, first)) return std::nullopt;
  return announced{*count, !plus};
}

balance balance_of(std::string_view text) {
  balance b;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (b.quoted && c == '\\')
      ++i;
    else if (c == '"')
      b.quoted = !b.quoted;
    else if (!b.quoted)
      b.open += c == '(' ? 1 : c == ')' ? -1 : 0;
  }
  return b;
}

bool is_condition(std::string_view text) {
  auto const w = base::words(text.substr(0, 100));
  if (w.size() < 2) return false;
  for (std::string_view const name : {"OK", "NO", "BAD", "BYE", "PREAUTH"})
    if (base::iequals(w[1], name)) return true;
  return w[0] == "+";
}

bool is_tail(std::string_view line, side who) {
  if (line.empty() || line.front() == ')') return true;
  if (line.front() != ' ' || line.size() == 1) return false;
  char const next = line[1];
  if (next == ')' || next == '"' || next == '(' || next == '{' || (next >= '0' && next <= '9')) return true;
  if (who == side::client) return next >= 'A' && next <= 'Z';
  auto const word = line.substr(1, line.find_first_of(" [<)", 1) - 1);
  for (std::string_view const item :
       {"NIL",          "UID",         "FLAGS",       "BODY",          "BODYSTRUCTURE", "ENVELOPE",
        "INTERNALDATE", "RFC822",      "RFC822.SIZE", "RFC822.HEADER", "RFC822.TEXT",   "MODSEQ",
        "BINARY",       "BINARY.SIZE", "EMAILID",     "THREADID",      "SAVEDATE",      "PREVIEW",
        "SNIPPET",      "X-GM-MSGID",  "X-GM-THRID",  "X-GM-LABELS"})
    if (base::iequals(word, item)) return true;
  return false;
}

bool is_open(std::string_view line) {
  auto const b = balance_of(line);
  if (!is_condition(line)) return b.open > 0 || b.quoted;
  auto const code = line.find('[');
  return code != line.npos && code < 40 && line.find(']', code) == line.npos;
}

bool ends_early(std::string const& response) {
  if (is_open(response)) return true;
  wire::imap::response r;
  auto const frame = response + "\r\n";
  wire::imap::read(frame, r);
  return r.violation && r.violation->offset >= response.size() && !is_condition(response);
}

bool is_elided(std::string_view line) {
  for (std::string_view const mark : {"...", "\u2026", "[snip", "<snip", "[cut", "[trimmed", "[truncated"})
    if (line.find(mark) != line.npos) return true;
  return false;
}

bool ends_elided(std::string_view command) {
  for (std::string_view const mark : {"[...]", ",...", "[snip", "<snip"})
    if (command.find(mark) != command.npos) return true;
  return command.ends_with("...") || command.ends_with("\u2026");
}

bool is_whole(std::string const& response) {
  wire::imap::response r;
  auto const frame = response + "\r\n";
  wire::imap::read(frame, r);
  return !r.violation;
}

}  // namespace mailrig::record
