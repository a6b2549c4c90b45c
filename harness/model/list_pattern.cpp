// list_pattern: see list_pattern.hpp.
#include "model/list_pattern.hpp"

#include <algorithm>
#include <span>

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

bool is_list(wire::imap::argument const& a) { return !a.string && a.text.starts_with('('); }

/// What stands in parentheses reads like the arguments of a command.
std::vector<wire::imap::argument> elements(wire::imap::argument const& list) {
  auto inside = std::string_view(list.text).substr(1);
  if (inside.ends_with(')')) inside.remove_suffix(1);
  return wire::imap::read_command("t LIST " + std::string(inside) + "\r\n").arguments;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view name, std::optional<char> delimiter) {
  if (matches_exactly(pattern, name, delimiter)) return true;
  return base::iequals(name, "INBOX") && matches_exactly(base::to_upper(pattern), "INBOX", delimiter);
}

bool list_request::is_only(std::string_view pattern) const {
  return std::ranges::all_of(patterns, [&](auto const& p) { return p == pattern; });
}

bool list_request::is_everything() const {
  return reference.empty() && std::ranges::find(patterns, "*") != patterns.end();
}

bool list_request::matches(std::string_view name, std::optional<char> delimiter, bool case_folded) const {
  return std::ranges::any_of(patterns, [&](auto const& p) {
    return model::matches(p, name, delimiter) ||
           (case_folded && model::matches(base::to_lower(p), base::to_lower(name), delimiter));
  });
}

bool list_request::is_wide() const {
  auto const wide = [](std::string const& text) { return !base::is_ascii(text); };
  return wide(reference) || std::ranges::any_of(patterns, wide);
}

std::string list_request::printable() const {
  std::string out;
  for (auto const& p : patterns) out += (out.empty() ? "" : " or ") + base::printable(p);
  return out;
}

std::optional<list_request> list_request::of(wire::imap::command const& c) {
  auto arguments = std::span(c.arguments);
  if (arguments.size() > 2 && is_list(arguments[0]) && elements(arguments[0]).empty()) arguments = arguments.subspan(1);
  bool const returns = arguments.size() == 4 && base::iequals(arguments[2].text, "RETURN");
  if ((arguments.size() != 2 && !returns) || is_list(arguments[0])) return std::nullopt;
  list_request out{arguments[0].text, {}, is_list(arguments[1])};
  if (!out.several) out.patterns.push_back(arguments[1].text);
  // Among several, one that is empty stands for nothing (RFC 5258 §3).
  if (out.several)
    for (auto const& p : elements(arguments[1]))
      if (!p.text.empty()) out.patterns.push_back(p.text);
  if (out.patterns.empty() || (out.several && c.name != "LIST")) return std::nullopt;
  if (out.is_wide()) return std::nullopt;
  return out;
}

std::optional<list_request> with_reference(list_request asked, std::optional<char> delimiter) {
  auto const& reference = asked.reference;
  if (reference.empty()) return asked;
  bool const level = delimiter && reference.size() > 1 && reference.back() == *delimiter &&
                     reference.find_first_of("*%") == reference.npos;
  for (auto& p : asked.patterns) {
    bool const rooted =
        p.empty() || p.front() == delimiter || std::string_view("/.~#").find(p.front()) != std::string::npos;
    if (!level || rooted) return std::nullopt;
    p.insert(0, reference);
  }
  return asked;
}

}  // namespace mailrig::model
