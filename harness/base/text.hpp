// text: the few operations on octets and names that every floor needs.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace mailrig::base {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; }

/// ASCII without regard to case, as RFC 3501 §9 (1) compares keywords.
bool same_letters(std::string_view a, std::string_view b);
inline bool iequals(std::string_view a, std::string_view b) {
  // Mostly the case is the same too, or not even the length.
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0 || same_letters(a, b));
}
bool istarts_with(std::string_view text, std::string_view prefix);
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);

/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);
/// Each run of spaces, tabs, CR and LF as one space.
std::string single_spaced(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
/// Words between runs of spaces and tabs.
std::vector<std::string_view> words(std::string_view text);

/// Decimal digits only, no sign; empty or above 2^64-1 is nothing.
std::optional<std::uint64_t> number(std::string_view digits);

/// `*` any run, `?` one character; case counts; linear in the text.
bool glob(std::string_view pattern, std::string_view text);

/// Octets as printable ASCII: \r \n \t and \xNN for the rest.
std::string printable(std::string_view octets);

/// A window of printable octets around `offset`, and the column at which that octet stands in it.
struct excerpt {
  std::string text;
  std::size_t caret = 0;
};
excerpt around(std::string_view octets, std::size_t offset, std::size_t radius = 60);

/// Octets of the UTF-8 character (RFC 3629) that the text begins with; 0 where it begins with none.
std::size_t utf8_length(std::string_view text);
/// Each octet is below 0x80.
bool is_ascii(std::string_view text);
/// The whole of it is UTF-8.
bool is_utf8(std::string_view text);

/// Levenshtein distance, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);

/// "250ms", "30s", "1.5m", "8h", "2d", "40us", and what is put together of them, as "28m50s"; nothing where it is no
/// time.
std::optional<duration> read_duration(std::string_view text);

/// Empties a buffer that is used again and again, and does not keep the memory of the largest it ever held: one large
/// message in each of ten thousand sessions would stay for ever.
inline void let_go(std::string& buffer) {
  if (buffer.capacity() > 4096)
    std::string().swap(buffer);
  else
    buffer.clear();
}

}  // namespace mailrig::base
