// list_pattern: see list_pattern.hpp.
#include "model/list_pattern.hpp"

#include <vector>

#include "base/text.hpp"

namespace mailrig::model {
namespace {

bool matches_exactly(std::string_view pattern, std::string_view name, std::optional<char> delimiter) {
  // reached[n]: what was read of the pattern so far can stand for the first n characters.
  std::vector<bool> reached(name.size() + 1);
  reached[0] = true;
  for (char const p : pattern) {
    std::vector<bool> next(name.size() + 1);
    bool const wild = p == '*' || p == '%';
    for (std::size_t n = 0; n <= name.size(); ++n) {
      if (wild)
        next[n] = reached[n] || (n > 0 && next[n - 1] && (p == '*' || name[n - 1] != delimiter));
      else
        next[n] = n > 0 && reached[n - 1] && name[n - 1] == p;
    }
    reached = std::move(next);
  }
  return reached[name.size()];
}

}  // namespace

bool matches(std::string_view pattern, std::string_view name, std::optional<char> delimiter) {
  if (matches_exactly(pattern, name, delimiter)) return true;
  return base::iequals(name, "INBOX") && matches_exactly(base::to_upper(pattern), "INBOX", delimiter);
}

bool is_pattern_list(wire::imap::argument const& name) { return !name.string && name.text.starts_with('('); }

}  // namespace mailrig::model
