// client_literals: see client_literals.hpp.
#include "wire/imap/client_literals.hpp"

#include "base/text.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::wire::imap {

std::optional<client_literal> announced_at_end(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  auto const open = line.rfind('{');
  if (open == line.npos) return std::nullopt;
  auto count = line.substr(open + 1, line.size() - open - 2);
  bool const waits = !count.ends_with('+') && !count.ends_with('-');
  if (!waits) count.remove_suffix(1);
  auto const size = base::number(count);
  if (!size) return std::nullopt;
  return client_literal{*size, waits, open};
}

std::vector<client_literal> client_literals(std::string_view command) {
  std::vector<client_literal> out;
  for (std::size_t at = 0; at < command.size();) {
    auto const lf = command.find('\n', at);
    if (lf == command.npos) break;
    auto line = command.substr(at, lf - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto found = announced_at_end(line);
    auto const begin = at;
    at = lf + 1;
    if (!found) continue;
    if (found->size <= command_reader::kept_literal) at += found->size;
    found->offset += begin;
    out.push_back(*found);
  }
  return out;
}

}  // namespace mailrig::wire::imap
