// command_cursor: see command_cursor.hpp.
#include "wire/imap/command_cursor.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "wire/imap/command.hpp"

namespace mailrig::wire::imap {
bool command_cursor::looking_at(std::string_view text) const {
  return base::istarts_with(text_.substr(std::min(at_, text_.size())), text);
}

bool command_cursor::fail(std::string_view production, std::string_view what) {
  if (!fault_) fault_ = base::fault(at_, std::string(production), std::string(what));
  return false;
}

bool command_cursor::skip(char c, std::string_view production) {
  if (peek() == c && at_ < text_.size()) return ++at_, true;
  if (c == ' ') return fail(production, at_end() ? "an argument is missing" : "one space is missing");
  return fail(production, std::string("'") + c + "' is missing");
}

bool command_cursor::keyword(std::string_view word, std::string_view production) {
  if (!looking_at(word)) return fail(production, std::string(word) + " is missing");
  at_ += word.size();
  return true;
}

bool command_cursor::end() {
  if (peek() == '\n') return fail("CRLF", "the line ends with a bare LF");
  if (peek() == ' ')
    return fail("command", peek(1) == '\r' ? "a space at the end" : "one space too many, or one argument");
  if (peek() != '\r' || peek(1) != '\n') return fail("command", "the command should end here");
  at_ += 2;
  return at_ == text_.size() || fail("command", "octets behind the end");
}

bool command_cursor::one_or_more(octet_bit bit, std::string_view production, std::string_view what) {
  auto const from = at_;
  while (at_ < text_.size() && is(text_[at_], bit)) ++at_;
  return at_ > from || fail(production, peek() == ' ' ? "one space too many" : what);
}

bool command_cursor::tag() { return one_or_more(tag_bit, "tag", "no octet that a tag may have"); }

bool command_cursor::atom(std::string_view production) {
  return one_or_more(atom_bit, production, at_end() ? "it is missing" : "no octet that an atom may have");
}

bool command_cursor::number(std::string_view production) {
  auto const from = at_;
  while (base::is_digit(peek())) ++at_;
  if (at_ == from) return fail(production, "no digit");
  constexpr std::uint64_t most = 0xFFFFFFFF;
  auto const n = base::number(since(from));
  return (n && *n <= most) || fail(production, "more than 32 bits");
}

bool command_cursor::nz_number(std::string_view production) {
  if (peek() == '0') return fail(production, "it begins with 0");
  return number(production);
}

bool command_cursor::quoted(std::string_view production) {
  ++at_;
  for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    char const c = text_[at_];
    bool const wide = static_cast<unsigned char>(c) >= 0x80;
    if (c == '\\') {
      if (peek(1) != '"' && peek(1) != '\\') return fail(production, "a backslash before neither '\"' nor '\\'");
      ++at_;
    } else if (auto const size = wide && utf8_ ? base::utf8_length(text_.substr(at_)) : 0; size > 0) {
      at_ += size - 1;
    } else if (wide && utf8_) {
      return fail(production, "octets that are no UTF-8");
    } else if (wide || !is(c, quoted_bit)) {
      return fail(production, wide ? "an octet above 127 in a quoted string, which needs a literal"
                                   : "an octet that a quoted string may not have");
    }
  }
  return skip('"', production);
}

bool command_cursor::literal(std::string_view production) {
  if (peek() == '~') ++at_;
  if (!skip('{', production)) return false;
  auto const from = at_;
  while (base::is_digit(peek())) ++at_;
  auto const size = base::number(since(from));
  if (!size) return fail(production, "no count of octets");
  if (peek() == '-') return fail(production, "'-' in the literal's count: with LITERAL- too it is '+'");
  if (peek() == '+') ++at_;
  if (!skip('}', production)) return false;
  if (peek() != '\r' || peek(1) != '\n') return fail(production, "CRLF is missing behind the count");
  at_ += 2;
  if (*size > command_reader::kept_literal) return true;  // its octets are not kept
  if (text_.size() - at_ < *size) return fail(production, "octets are missing");
  at_ += *size;
  return true;
}

bool command_cursor::string(std::string_view production) {
  if (peek() == '"') return quoted(production);
  if (peek() == '{' || (peek() == '~' && peek(1) == '{')) return literal(production);
  return fail(production, at_end() ? "it is missing" : "neither '\"' nor a literal");
}

bool command_cursor::astring(std::string_view production) {
  if (peek() == '"' || peek() == '{' || (peek() == '~' && peek(1) == '{')) return string(production);
  return one_or_more(astring_bit, production, at_end() ? "it is missing" : "an octet that only a string may have");
}

bool command_cursor::nstring(std::string_view production) {
  if (looking_at("NIL") && !is(peek(3), astring_bit)) return at_ += 3, true;
  return string(production);
}

bool command_cursor::list_mailbox() {
  if (peek() == '"' || peek() == '{') return string("list-mailbox");
  return one_or_more(list_bit, "list-mailbox", at_end() ? "it is missing" : "an octet that only a string may have");
}

bool command_cursor::flag() {
  bool const system = peek() == '\\';
  if (system) ++at_;
  auto const from = at_;
  if (!atom("flag")) return false;
  return !(system && base::iequals(since(from), "Recent")) || fail("flag", "\\Recent is the server's to set");
}

bool command_cursor::seq_number(std::string_view production) {
  if (peek() == '*') return ++at_, true;
  return nz_number(production);
}

bool command_cursor::sequence_set(std::string_view production) {
  if (peek() == '$') return ++at_, true;  // RFC 5182 §2.1: what the last search found
  for (;;) {
    if (!seq_number(production)) return false;
    if (peek() == ':' && (++at_, !seq_number(production))) return false;
    if (peek() != ',') return true;
    ++at_;
  }
}

bool command_cursor::any(std::string_view production, int depth) {
  if (depth > most_nesting) return fail(production, "nested more deeply than is read");
  if (peek() == '(') return list(production, [&] { return any(production, depth + 1); });
  if (peek() == '"' || peek() == '{' || (peek() == '~' && peek(1) == '{')) return string(production);
  auto const from = at_;
  int brackets = 0;
  for (; !at_end(); ++at_) {
    char const c = peek();
    if (brackets == 0 && (c == ' ' || c == '(' || c == ')')) break;
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) break;
    brackets += (c == '[') - (c == ']');
  }
  return at_ > from || fail(production, peek() == ' ' ? "one space too many" : "it is missing");
}

bool command_cursor::rest() {
  while (peek() == ' ')
    if (!(sp("command") && any())) return false;
  return true;
}

}  // namespace mailrig::wire::imap
