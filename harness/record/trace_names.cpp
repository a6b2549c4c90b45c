// trace_names: see trace_names.hpp.
#include "record/trace_names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::record {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/// What the language would read something into is left out of a name.
std::string sayable(std::string_view name) {
  std::string out;
  for (char const c : name) out += c == '$' || c == '{' || c == '"' || c == '\\' || c == '\r' || c == '\n' ? '_' : c;
  return out;
}

std::string as_word(std::string name) {
  bool const plain = std::ranges::all_of(name, [](char c) {
    return is_plain(c) || c == '$' || c == '{' || c == '}' || c == '&' || c == ',' || c == '/' || c == '*' || c == '%';
  });
  return plain ? name : '"' + name + '"';
}

}  // namespace

std::string trace_names::root(std::string_view name) {
  if (auto const known = roots_.find(name); known != roots_.end()) return known->second;
  bool const plain = std::ranges::all_of(name, is_plain);
  auto const said = roots_.empty() && plain ? std::string("$box") : "${box}-" + sayable(name);
  return roots_.emplace(name, said).first->second;
}

std::string trace_names::called(std::string_view name) {
  if (name.empty() || base::iequals(name, "INBOX")) return std::string(name);
  auto const parts = delimiter_ ? base::split(name, delimiter_) : std::vector<std::string_view>{name};
  std::size_t const first = parts.size() > 1 && base::iequals(parts[0], "INBOX") ? 1 : 0;
  auto out = root(parts[first]);
  for (std::size_t i = first + 1; i < parts.size(); ++i) out += "${sep}" + sayable(parts[i]);
  return out;
}

std::string trace_names::word_of(std::string_view name) { return name.empty() ? "\"\"" : as_word(called(name)); }

std::string trace_names::pattern_word(std::string_view pattern) {
  auto const wild = std::min(pattern.find_first_of("*%"), pattern.size());
  if (wild == pattern.size()) return word_of(pattern);
  auto const front = pattern.substr(0, wild);
  auto const first = front.substr(0, delimiter_ ? front.find(delimiter_) : front.npos);
  bool const known = !front.empty() && (roots_.contains(first) || first.size() < front.size());
  return as_word((known ? called(front) : sayable(front)) + sayable(pattern.substr(wild)));
}

}  // namespace mailrig::record
