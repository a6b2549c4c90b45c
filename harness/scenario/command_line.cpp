// command_line: see command_line.hpp.
#include "scenario/command_line.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::scenario {
namespace {

/// Commands of registered extensions whose grammar is not in wire: no tags either (RFC 5259, RFC 5257, RFC 2193,
/// RFC 9698; XLIST is Gmail's).
constexpr std::array<std::string_view, 8> others{"CONVERT",       "CONVERSIONS", "GETANNOTATION", "SETANNOTATION",
                                                 "GETJMAPACCESS", "RLIST",       "RLSUB",         "XLIST"};

bool is_command(std::string_view word) {
  return base::iequals(word, "UID") || wire::imap::find_command(word) ||
         std::ranges::any_of(others, [&](std::string_view o) { return base::iequals(o, word); });
}

}  // namespace

command_line read_command_line(std::string_view line) {
  auto const words = base::words(line);
  if (words.empty()) return {};
  bool const tagged = words.size() > 1 && !is_command(words[0]) && is_command(words[1]);
  std::size_t at = tagged ? 1 : 0;
  if (at + 1 < words.size() && base::iequals(words[at], "UID")) ++at;
  return {tagged ? words[0] : std::string_view(), words[at]};
}

}  // namespace mailrig::scenario
