// escapes: see escapes.hpp.
#include "scenario/escapes.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/text.hpp"

namespace mailrig::scenario {

std::string escaped(std::string_view octets) {
  std::string out;
  for (unsigned char const c : octets) {
    if (c == '\r')
      out += "\\r";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' || c == '\\')
      out += fmt::format("\\{}", char(c));
    else if (c < 0x20 || c > 0x7e || c == '$' || c == '{' || c == '}')
      out += fmt::format("\\x{:02x}", c);
    else
      out += char(c);
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    char const c = text[++i];
    if (c == 'x' && i + 2 < text.size()) {
      unsigned octet = 0;  // whoever reads a script has asked bad_escape() before
      std::from_chars(text.data() + i + 1, text.data() + i + 3, octet, 16);
      out += char(octet);
      i += 2;
    } else {
      out += c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c;
    }
  }
  return out;
}

std::string_view bad_escape(std::string_view text) {
  auto const is_hex = [](char c) { return (c >= '0' && c <= '9') || (base::lower(c) >= 'a' && base::lower(c) <= 'f'); };
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') continue;
    if (text[++i] != 'x') continue;
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return text.substr(i - 1);
  }
  return {};
}

}  // namespace mailrig::scenario
