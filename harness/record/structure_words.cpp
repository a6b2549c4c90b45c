// structure_words: see structure_words.hpp.
#include "record/structure_words.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::record {
namespace {

/// Says nothing of its own in a pattern, as "NIL", "_" or a number would.
bool is_plain_word(std::string_view text) {
  if (text.empty() || base::iequals(text, "NIL") || base::number(text)) return false;
  return std::ranges::all_of(text, [](char c) {
    return base::is_digit(c) || (base::lower(c) >= 'a' && base::lower(c) <= 'z') || c == '-' || c == '/' || c == '+';
  });
}

/// Where the next structure begins, at its "("; npos: there is none.
std::size_t next_structure(std::string_view pattern, std::size_t from) {
  auto const upper = base::to_upper(pattern);
  auto const plain = upper.find("BODY (", from), full = upper.find("BODYSTRUCTURE (", from);
  if (plain == upper.npos && full == upper.npos) return upper.npos;
  return plain < full ? plain + 5 : full + 14;
}

}  // namespace

std::string with_bare_words(std::string_view pattern) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '"') {
      out += pattern[at++];
      continue;
    }
    auto end = at + 1;
    while (end < pattern.size() && pattern[end] != '"') end += pattern[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, pattern.size());
    auto const inside = pattern.substr(at + 1, end - at < 2 ? 0 : end - at - 2);
    out += is_plain_word(inside) ? inside : pattern.substr(at, end - at);
    at = end;
  }
  return out;
}

namespace {

/// Two or more pairs of a name and a value, no list in it: an address has no name for everything.
bool is_parameters(std::string_view list) {
  std::size_t words = 0;
  for (std::size_t at = 1; at + 1 < list.size();) {
    if (list[at] == '(') return false;
    if (list[at] == ' ') {
      ++at;
      continue;
    }
    auto const end = list[at] == '"' ? list.find('"', at + 1) : std::min(list.find_first_of(" )", at), list.size() - 1);
    if (end == list.npos || base::iequals(list.substr(at, end - at), "NIL")) return false;
    at = end + (list[at] == '"' ? 1 : 0);
    ++words;
  }
  return words >= 4 && words % 2 == 0;
}

}  // namespace

std::string without_parameter_order(std::string_view pattern) {
  std::string out;
  std::size_t done = 0;
  for (auto at = next_structure(pattern, 0); at != pattern.npos; at = next_structure(pattern, done)) {
    out += pattern.substr(done, at - done);
    auto const end = wire::imap::list_end(pattern, at);
    bool quoted = false;
    for (; at < end; ++at) {
      if (pattern[at] == '"') quoted = !quoted;
      auto const close = quoted || pattern[at] != '(' ? at : wire::imap::list_end(pattern, at);
      bool const parameters = close > at && is_parameters(pattern.substr(at, close - at));
      out += parameters ? std::string("(...)") : std::string(1, pattern[at]);
      if (parameters) at = close - 1;
    }
    done = end;
  }
  return out + std::string(pattern.substr(done));
}

std::string with_loose_structures(std::string_view pattern) {
  std::string out;
  std::size_t done = 0;
  for (auto at = next_structure(pattern, 0); at != pattern.npos; at = next_structure(pattern, done)) {
    auto const end = wire::imap::list_end(pattern, at);
    out += std::string(pattern.substr(done, at - done)) + with_bare_words(pattern.substr(at, end - at));
    done = end;
  }
  return out + std::string(pattern.substr(done));
}

}  // namespace mailrig::record
