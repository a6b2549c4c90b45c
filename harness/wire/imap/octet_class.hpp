// octet_class: which octets RFC 3501 §9 allows where, as one table look-up.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mailrig::wire::imap {

enum octet_bit : std::uint8_t {
  atom_bit = 1,     ///< ATOM-CHAR
  astring_bit = 2,  ///< ASTRING-CHAR: ATOM-CHAR or "]"
  tag_bit = 4,      ///< ASTRING-CHAR except "+"
  quoted_bit = 8,   ///< TEXT-CHAR except DQUOTE and "\"
  text_bit = 16,    ///< TEXT-CHAR: 7-bit, not NUL, CR, LF
  list_bit = 32,    ///< list-char of LIST patterns: ATOM-CHAR, "%", "*", "]"
  base64_bit = 64,
};

inline constexpr auto octet_table = [] {
  std::array<std::uint8_t, 256> table{};
  constexpr std::string_view specials = "(){ %*\"\\]";
  for (unsigned c = 1; c < 128; ++c) {
    auto& bits = table[c];
    bool const control = c < 0x20 || c == 0x7F;
    bool const special = specials.find(char(c)) != specials.npos;
    if (!control && !special) bits |= atom_bit | astring_bit | list_bit | (c == '+' ? 0 : tag_bit);
    if (c == ']') bits |= astring_bit | tag_bit | list_bit;
    if (c == '%' || c == '*') bits |= list_bit;
    if (c != '\r' && c != '\n') bits |= text_bit | (c == '"' || c == '\\' ? 0 : quoted_bit);
    bool const alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alnum || c == '+' || c == '/') bits |= base64_bit;
  }
  return table;
}();

constexpr bool is(char c, octet_bit bit) { return octet_table[static_cast<unsigned char>(c)] & bit; }

}  // namespace mailrig::wire::imap
