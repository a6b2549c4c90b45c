// mutf7: see mutf7.hpp.
#include "wire/imap/mutf7.hpp"

#include <cstdint>

namespace mailrig::wire::imap {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

bool direct(std::uint32_t c) { return c >= 0x20 && c <= 0x7E; }

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += char(c);
  } else if (c < 0x800) {
    out += char(0xC0 | (c >> 6));
    out += char(0x80 | (c & 63));
  } else if (c < 0x10000) {
    out += char(0xE0 | (c >> 12));
    out += char(0x80 | ((c >> 6) & 63));
    out += char(0x80 | (c & 63));
  } else {
    out += char(0xF0 | (c >> 18));
    out += char(0x80 | ((c >> 12) & 63));
    out += char(0x80 | ((c >> 6) & 63));
    out += char(0x80 | (c & 63));
  }
}

base::fault wrong(std::size_t at, char const* what) { return {at, "modified UTF-7", what}; }

/// One "&...-" run; `at` stands after "&" and is left after "-".
base::result<void> decode_run(std::string_view name, std::size_t& at, std::string& out) {
  auto const begin = at;
  std::uint32_t bits = 0, high = 0;
  unsigned held = 0;
  for (;; ++at) {
    if (at == name.size()) return wrong(at, "the name must end in US-ASCII: '-' is missing");
    if (name[at] == '-') break;
    auto const digit = alphabet.find(name[at]);
    if (digit == alphabet.npos) return wrong(at, "not a modified base64 character");
    bits = (bits << 6) | std::uint32_t(digit);
    held += 6;
    if (held < 16) continue;
    held -= 16;
    std::uint32_t const unit = (bits >> held) & 0xFFFF;
    bits &= (1u << held) - 1;
    if (high) {
      if (unit < 0xDC00 || unit > 0xDFFF) return wrong(at, "a high surrogate without its low one");
      append_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
      high = 0;
    } else if (unit >= 0xD800 && unit <= 0xDBFF) {
      high = unit;
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
      return wrong(at, "a low surrogate without its high one");
    } else if (direct(unit)) {
      return wrong(at, "printable US-ASCII must stand for itself");
    } else {
      append_utf8(out, unit);
    }
  }
  if (high) return wrong(at, "a high surrogate without its low one");
  if (held >= 6 || bits != 0) return wrong(at, "leftover bits at the end of the run");
  if (at == begin) return wrong(at, "empty run");
  ++at;
  if (at + 1 < name.size() && name[at] == '&' && name[at + 1] != '-')
    return wrong(at, "null shift: two runs must be one");
  return {};
}

/// Next code point of well-formed UTF-8, or none.
base::result<std::uint32_t> next_utf8(std::string_view s, std::size_t& at) {
  auto const first = static_cast<unsigned char>(s[at]);
  unsigned const more = first < 0x80                     ? 0
                        : first >= 0xC2 && first <= 0xDF ? 1
                        : (first & 0xF0) == 0xE0         ? 2
                        : first >= 0xF0 && first <= 0xF4 ? 3
                                                         : 9;
  if (more == 9 || at + more >= s.size()) return base::fault{at, "UTF-8", "ill-formed sequence"};
  std::uint32_t c = more == 0 ? first : first & (0x3Fu >> more);
  for (unsigned i = 1; i <= more; ++i) {
    auto const u = static_cast<unsigned char>(s[at + i]);
    if ((u & 0xC0) != 0x80) return base::fault{at + i, "UTF-8", "ill-formed sequence"};
    c = (c << 6) | (u & 0x3F);
  }
  if ((more == 2 && c < 0x800) || (more == 3 && (c < 0x10000 || c > 0x10FFFF)) || (c >= 0xD800 && c <= 0xDFFF))
    return base::fault{at, "UTF-8", "ill-formed sequence"};
  at += more + 1;
  return c;
}

}  // namespace

base::result<std::string> decode_mutf7(std::string_view name) {
  std::string out;
  for (std::size_t at = 0; at < name.size();) {
    char const c = name[at];
    if (c == '&' && at + 1 < name.size() && name[at + 1] == '-') {
      out += '&';
      at += 2;
    } else if (c == '&') {
      ++at;
      if (auto run = decode_run(name, at, out); !run) return run.error();
    } else if (direct(static_cast<unsigned char>(c))) {
      out += c;
      ++at;
    } else {
      return wrong(at, "8-bit or control octet in a mailbox name");
    }
  }
  return out;
}

base::result<std::string> encode_mutf7(std::string_view utf8) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  bool shifted = false;
  auto put = [&](std::uint32_t unit) {
    bits = (bits << 16) | unit;
    held += 16;
    for (; held >= 6; held -= 6) out += alphabet[(bits >> (held - 6)) & 63];
    bits &= (1u << held) - 1;
  };
  auto unshift = [&] {
    if (!shifted) return;
    if (held > 0) out += alphabet[(bits << (6 - held)) & 63];
    out += '-';
    bits = held = 0;
    shifted = false;
  };
  for (std::size_t at = 0; at < utf8.size();) {
    auto const c = next_utf8(utf8, at);
    if (!c) return c.error();
    if (direct(*c)) {
      unshift();
      out += char(*c);
      if (*c == '&') out += '-';
      continue;
    }
    if (!shifted) {
      out += '&';
      shifted = true;
    }
    if (*c < 0x10000) {
      put(*c);
    } else {
      put(0xD800 + ((*c - 0x10000) >> 10));
      put(0xDC00 + ((*c - 0x10000) & 0x3FF));
    }
  }
  unshift();
  return out;
}

}  // namespace mailrig::wire::imap
