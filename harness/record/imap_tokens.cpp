// imap_tokens: see imap_tokens.hpp.
#include "record/imap_tokens.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace mailrig::record {
namespace {

/// The size that a line announces at its end, "{12}" or "{12+}".
std::optional<std::size_t> announced_octets(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.ends_with('}')) return std::nullopt;
  auto const open = line.rfind('{');
  if (open == line.npos) return std::nullopt;
  auto digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+') || digits.ends_with('-')) digits.remove_suffix(1);
  auto const n = base::number(digits);
  return n ? std::optional(std::size_t(*n)) : std::nullopt;
}

/// The end of what stands at `at`: an atom with what its brackets hold.
std::size_t atom_end(std::string_view unit, std::size_t at) {
  int depth = 0;
  for (; at < unit.size(); ++at) {
    char const c = unit[at];
    if (c == '[') ++depth;
    if (c == ']' && depth > 0) --depth;
    if (c == '\r' || c == '\n' || (depth == 0 && (c == ' ' || c == '(' || c == ')'))) break;
  }
  return at;
}

}  // namespace

std::size_t imap_unit_size(std::string_view octets) {
  for (std::size_t at = 0;;) {
    auto const end = octets.find('\n', at);
    if (end == octets.npos) return 0;
    auto const literal = announced_octets(octets.substr(at, end + 1 - at));
    at = end + 1;
    if (!literal) return at;
    if (*literal > octets.size() - at) return 0;
    at += *literal;
  }
}

std::vector<imap_token> read_imap_tokens(std::string_view unit) {
  using kind = imap_token::kind;
  std::vector<imap_token> out;
  for (std::size_t at = 0; at < unit.size();) {
    char const c = unit[at];
    if (c == ' ' || c == '\r' || c == '\n') {
      ++at;
    } else if (c == '(' || c == ')') {
      out.push_back({kind::mark, at, at + 1});
      ++at;
    } else if (c == '"') {
      auto end = at + 1;
      while (end < unit.size() && unit[end] != '"' && unit[end] != '\n') end += unit[end] == '\\' ? 2 : 1;
      end = std::min(end, unit.size());
      out.push_back({kind::quoted, at + 1, end});
      at = end + 1;
    } else {
      auto const end = std::max(at + 1, atom_end(unit, at));
      auto const line_end = unit.find('\n', end);
      auto const literal = c == '{' && line_end != unit.npos && line_end <= end + 1
                               ? announced_octets(unit.substr(at, line_end + 1 - at))
                               : std::nullopt;
      if (literal && line_end + 1 + *literal <= unit.size()) {
        out.push_back({kind::literal, line_end + 1, line_end + 1 + *literal});
        at = out.back().to;
      } else {
        out.push_back({kind::atom, at, end});
        at = end;
      }
    }
  }
  return out;
}

}  // namespace mailrig::record
