// shell_word: see shell_word.hpp.
#include "base/shell_word.hpp"

#include <algorithm>

namespace mailrig::base {

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,+@%^=~";
  auto const special = [&](char c) { return plain.find(c) == plain.npos; };
  // "~" and, to some shells, "=" mean something where a word begins.
  bool const begins_well = !text.empty() && text.front() != '~' && text.front() != '=';
  if (begins_well && std::ranges::none_of(text, special)) return std::string(text);
  std::string out = "'";
  for (char c : text)
    if (c == '\'')
      out += R"('\'')";
    else
      out += c;
  return out + "'";
}

}  // namespace mailrig::base
