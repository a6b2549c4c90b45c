// cursor: see cursor.hpp. The productions are those of RFC 3501 §9.
#include "wire/imap/cursor.hpp"

#include <cstring>

#include "base/text.hpp"

namespace mailrig::wire::imap {

bool cursor::looking_at(std::string_view text) const {
  return left() >= text.size() && base::iequals({at_, text.size()}, text);
}

bool cursor::fail(char const* production, char const* what) {
  if (!production_) {
    production_ = production;
    what_ = what;
    fault_at_ = offset();
  }
  return false;
}

bool cursor::give_up(char const* production, char const* what) {
  if (!failed()) ours_ = true;
  return fail(production, what);
}

void cursor::retry(std::uint32_t offset, std::size_t nodes) {
  at_ = begin_ + offset;
  out_.rewind(nodes);
  production_ = what_ = nullptr;
  ours_ = false;
}

bool cursor::skip(char c, char const* production) {
  if (left() > 0 && *at_ == c) {
    ++at_;
    return true;
  }
  return fail(production, c == ' ' ? "expected one space" : c == ')' ? "expected ')'" : "another octet was expected");
}

bool cursor::crlf(char const* production) {
  if (left() == 2 && at_[0] == '\r' && at_[1] == '\n') {
    at_ += 2;
    return true;
  }
  return fail(production, "expected the end of the line here");
}

std::string_view cursor::word(octet_bit bit) {
  auto const* start = at_;
  while (at_ < end_ && is(*at_, bit)) ++at_;
  return {start, std::size_t(at_ - start)};
}

bool cursor::digits(char const* production, std::uint64_t limit, bool zero) {
  auto const start = offset();
  std::uint64_t n = 0;
  while (at_ < end_ && *at_ >= '0' && *at_ <= '9') {
    n = n * 10 + std::uint64_t(*at_ - '0');
    if (n > limit) return fail(production, "the number is too large");
    ++at_;
  }
  if (offset() == start) return fail(production, "expected a number");
  if (n == 0 && !zero) return fail(production, "the number may not be zero");
  leaf(node_kind::number, start);
  return true;
}

bool cursor::number(char const* production) { return digits(production, 0xFFFFFFFFULL, true); }
bool cursor::nz_number(char const* production) {
  if (peek() == '0') return fail(production, "the number may not be zero or begin with 0");
  return digits(production, 0xFFFFFFFFULL, false);
}
bool cursor::number64(char const* production) { return digits(production, 0x7FFFFFFFFFFFFFFFULL, true); }
bool cursor::nz_number64(char const* production) { return digits(production, 0x7FFFFFFFFFFFFFFFULL, false); }

bool cursor::atom(char const* production) {
  auto const start = offset();
  if (word().empty()) return fail(production, "expected an atom");
  leaf(node_kind::atom, start);
  return true;
}

bool cursor::flag(char const* production, bool star) {
  auto const start = offset();
  if (peek() == '\\') {
    ++at_;
    if (star && peek() == '*') {
      ++at_;
      leaf(node_kind::atom, start);
      return true;
    }
  }
  if (word().empty()) return fail(production, "expected a flag");
  leaf(node_kind::atom, start);
  return true;
}

bool cursor::quoted(char const* production) {
  ++at_;
  auto const start = offset();
  bool escaped = false;
  for (;;) {
    while (at_ < end_ && is(*at_, quoted_bit)) ++at_;
    if (at_ == end_) return fail(production, "the quoted string is not closed");
    if (*at_ == '"') break;
    if (*at_ == '\\') {
      if (left() < 2 || (at_[1] != '"' && at_[1] != '\\'))
        return fail(production, "only \\\" and \\\\ may be escaped in a quoted string");
      escaped = true;
      at_ += 2;
    } else if (static_cast<unsigned char>(*at_) >= 0x80) {
      if (!syntax_.utf8) return fail(production, "8-bit octet in a quoted string");
      auto const size = base::utf8_length({at_, left()});
      if (size == 0) return fail(production, "octets in a quoted string that are no UTF-8");
      at_ += size;
    } else {
      return fail(production, "NUL, CR or LF in a quoted string");
    }
  }
  leaf(node_kind::quoted, start, escaped);
  ++at_;
  return true;
}

bool cursor::literal(char const* production) {
  bool const eight = *at_ == '~';
  at_ += eight ? 2 : 1;
  std::uint64_t count = 0;
  auto const* first = at_;
  while (at_ < end_ && *at_ >= '0' && *at_ <= '9' && at_ - first < 19) count = count * 10 + std::uint64_t(*at_++ - '0');
  if (at_ == first) return fail(production, "expected the octet count of a literal");
  if (left() < 3 || at_[0] != '}' || at_[1] != '\r' || at_[2] != '\n')
    return fail(production, "a literal's count must be followed by '}' and CRLF");
  at_ += 3;
  if (left() < count) return fail(production, "the literal is shorter than its count");
  if (!eight) {
    if (auto const* nul = static_cast<char const*>(std::memchr(at_, 0, count))) {
      at_ = nul;
      return fail(production, "NUL in a literal");
    }
  }
  auto const start = offset();
  at_ += count;
  leaf(eight ? node_kind::literal8 : node_kind::literal, start);
  return true;
}

bool cursor::string(char const* production) {
  if (peek() == '"') return quoted(production);
  if (peek() == '{') return literal(production);
  return fail(production, "expected a quoted string or a literal");
}

bool cursor::at_nil() const { return looking_at("NIL") && !is(peek(3), astring_bit); }

bool cursor::nil(char const* production) {
  if (!at_nil()) return fail(production, "expected NIL");
  auto const start = offset();
  at_ += 3;
  leaf(node_kind::nil, start);
  return true;
}

bool cursor::nstring(char const* production) {
  if (at_nil()) return nil(production);
  if (peek() == '"' || peek() == '{') return string(production);
  return fail(production, "expected NIL, a quoted string or a literal");
}

bool cursor::nstring8(char const* production) {
  return peek() == '~' && peek(1) == '{' ? literal(production) : nstring(production);
}

bool cursor::astring(char const* production) {
  if (peek() == '"' || peek() == '{') return string(production);
  auto const start = offset();
  if (word(astring_bit).empty()) return fail(production, "expected an atom or a string");
  leaf(node_kind::atom, start);
  return true;
}

bool cursor::sequence_set(char const* production) {
  auto const start = offset();
  auto seq_number = [&] {
    if (peek() == '*') {
      ++at_;
      return true;
    }
    if (peek() < '1' || peek() > '9') return fail(production, "expected a number from 1 or '*'");
    auto const* first = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    if (auto n = base::number({first, std::size_t(at_ - first)}); !n || *n > 0xFFFFFFFFULL)
      return fail(production, "the number is too large");
    return true;
  };
  for (;;) {
    if (!seq_number()) return false;
    if (peek() == ':') {
      ++at_;
      if (!seq_number()) return false;
    }
    if (peek() != ',') break;
    ++at_;
  }
  leaf(node_kind::atom, start);
  return true;
}

bool cursor::any(char const* production) {
  if (peek() == '(') return list(production, [&] { return any(production); });
  if (peek() == '"' || peek() == '{' || (peek() == '~' && peek(1) == '{')) return nstring8(production);
  if (at_nil()) return nil(production);
  auto const start = offset();
  bool numeric = true;
  while (at_ < end_ && (is(*at_, list_bit) || *at_ == '\\')) {
    numeric = numeric && *at_ >= '0' && *at_ <= '9';
    ++at_;
  }
  if (offset() == start) return fail(production, "expected a value");
  leaf(numeric ? node_kind::number : node_kind::atom, start);
  return true;
}

}  // namespace mailrig::wire::imap
