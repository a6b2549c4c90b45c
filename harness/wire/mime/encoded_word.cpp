// encoded_word: see encoded_word.hpp.
#include "wire/mime/encoded_word.hpp"

#include <algorithm>
#include <cstdint>

#include "base/text.hpp"

namespace mailrig::wire::mime {
namespace {

int hex_digit(char c) {
  if (base::is_digit(c)) return c - '0';
  auto const upper = base::upper(c);
  return upper >= 'A' && upper <= 'F' ? upper - 'A' + 10 : -1;
}

std::optional<std::string> of_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      out += ' ';
    } else if (text[i] == '=') {
      if (i + 2 >= text.size()) return std::nullopt;
      auto const high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += char(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::string> of_b(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    auto const at = alphabet.find(c);
    if (at == alphabet.npos) return std::nullopt;
    bits = bits << 6 | std::uint32_t(at);
    count += 6;
    if (count >= 8) out += char(bits >> (count -= 8) & 0xFF);
  }
  return out;
}

std::string of_latin1(std::string_view octets) {
  std::string out;
  for (char c : octets) {
    auto const n = static_cast<unsigned char>(c);
    if (n < 0x80)
      out += c;
    else
      out += {char(0xC0 | n >> 6), char(0x80 | (n & 0x3F))};
  }
  return out;
}

/// "=?charset?Q?text?=" as UTF-8.
std::optional<std::string> decoded_word(std::string_view word) {
  auto const parts = base::split(word.substr(2, word.size() - 4), '?');
  if (parts.size() != 3 || parts[1].size() != 1 || parts[2].empty()) return std::nullopt;
  auto const octets = base::upper(parts[1][0]) == 'Q'   ? of_q(parts[2])
                      : base::upper(parts[1][0]) == 'B' ? of_b(parts[2])
                                                        : std::nullopt;
  if (!octets) return std::nullopt;
  auto const charset = parts[0].substr(0, parts[0].find('*'));
  auto const is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::ranges::any_of(*octets, is_control)) return std::nullopt;
  if (base::iequals(charset, "UTF-8")) return octets;
  if (base::iequals(charset, "ISO-8859-1")) return of_latin1(*octets);
  auto const is_wide = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  if (base::iequals(charset, "US-ASCII") && std::ranges::none_of(*octets, is_wide)) return octets;
  return std::nullopt;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::optional<std::string> decoded_words(std::string_view text) {
  std::string out, blanks;
  bool after_encoded = false;
  for (std::size_t at = 0; at < text.size();) {
    auto end = at;
    while (end < text.size() && is_blank(text[end])) ++end;
    blanks = text.substr(at, end - at);
    at = end;
    while (end < text.size() && !is_blank(text[end])) ++end;
    auto const word = text.substr(at, end - at);
    at = end;
    for (char c : word)
      if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    bool const encoded = word.starts_with("=?") && word.ends_with("?=") && word.size() > 4;
    if (!encoded && word.find("=?") != word.npos) return std::nullopt;
    if (!(encoded && after_encoded)) out += blanks;  // what stands between two encoded words is nothing
    if (encoded) {
      auto const decoded = decoded_word(word);
      if (!decoded) return std::nullopt;
      out += *decoded;
    } else {
      out += word;
    }
    after_encoded = encoded;
  }
  return out;
}

}  // namespace mailrig::wire::mime
