// command: see command.hpp.
#include "wire/imap/command.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "wire/imap/client_literals.hpp"

namespace mailrig::wire::imap {
namespace {

/// Where a literal that begins at `at` ends; `at` when none does.
std::size_t literal_end(std::string_view s, std::size_t at) {
  if (s[at] != '{') return at;
  auto const digits = s.find_first_not_of("0123456789", at + 1);
  auto const lf = s.find('\n', at);
  if (digits == s.npos || lf == s.npos) return at;
  auto const size = base::number(s.substr(at + 1, digits - at - 1));
  auto const mark = s.substr(digits, lf - digits);
  if (!size || (mark != "}\r" && mark != "+}\r" && mark != "-}\r")) return at;
  return lf + 1 + std::size_t(std::min<std::uint64_t>(*size, s.size() - lf - 1));
}

}  // namespace

std::size_t list_end(std::string_view s, std::size_t at) {
  int depth = 0;
  bool quoted = false;
  for (; at < s.size(); ++at) {
    if (auto const end = quoted ? at : literal_end(s, at); end > at)
      at = end - 1;
    else if (quoted && s[at] == '\\')
      ++at;
    else if (s[at] == '"')
      quoted = !quoted;
    else if (!quoted && s[at] == '(')
      ++depth;
    else if (!quoted && s[at] == ')' && --depth == 0)
      return at + 1;
  }
  return s.size();
}

namespace {

argument read_argument(std::string_view s, std::size_t& at) {
  if (s[at] == '(') {
    auto const end = list_end(s, at);
    argument a{std::string(s.substr(at, end - at)), false};
    at = end;
    return a;
  }
  if (s[at] == '"') {
    argument a{{}, true};
    for (++at; at < s.size() && s[at] != '"'; ++at) {
      if (s[at] == '\\' && at + 1 < s.size()) ++at;
      a.text += s[at];
    }
    if (at < s.size()) ++at;
    return a;
  }
  auto const mark = at + (s.substr(at, 2) == "~{" ? 1 : 0);  // literal8 (RFC 3516 §7)
  if (auto const after = literal_end(s, mark); after > mark) {
    auto const begin = s.find('\n', at) + 1;
    argument a{std::string(s.substr(begin, after - begin)), true};
    at = after;
    return a;
  }
  auto end = at;
  for (int brackets = 0; end < s.size() && (brackets > 0 || s[end] != ' '); ++end) {
    if (auto const after = brackets > 0 ? literal_end(s, end) : end; after > end) {
      end = after - 1;
      continue;
    }
    if (s[end] == '\r' || s[end] == '\n') break;
    brackets += (s[end] == '[') - (s[end] == ']');
  }
  argument a{std::string(s.substr(at, end - at)), false};
  at = end;
  return a;
}

}  // namespace

command read_command(std::string_view octets) {
  command out;
  out.octets = octets;
  auto end = octets.find_first_of("\r\n");
  auto const first_line = octets.substr(0, end);
  auto const space = first_line.find(' ');
  out.tag = first_line.substr(0, space);
  if (space == first_line.npos) return out;
  auto rest = space + 1;
  auto word_end = std::min(first_line.find(' ', rest), first_line.size());
  out.name = base::to_upper(first_line.substr(rest, word_end - rest));
  if (out.name == "UID" && word_end < first_line.size()) {
    rest = word_end + 1;
    word_end = std::min(first_line.find(' ', rest), first_line.size());
    out.name = base::to_upper(first_line.substr(rest, word_end - rest));
    out.uid = true;
  }
  for (auto at = word_end; at < octets.size();) {
    if (octets[at] == '\r' || octets[at] == '\n') break;
    if (octets[at] == ' ') {
      ++at;
      continue;
    }
    auto const before = at;
    out.arguments.push_back(read_argument(octets, at));
    if (at == before) ++at;
  }
  return out;
}

command_reader::step command_reader::take(std::string_view octets) {
  std::size_t at = 0;
  while (at < octets.size()) {
    if (waiting_) return {step::needs_continuation, at};
    if (literal_left_ > 0) {
      auto const n = std::min<std::uint64_t>(literal_left_, octets.size() - at);
      if (literal_size_ <= kept_literal) buffer_.append(octets.substr(at, n));
      literal_left_ -= n;
      at += n;
      line_begin_ = buffer_.size();
      continue;
    }
    auto const lf = octets.find('\n', at);
    auto const end = lf == octets.npos ? octets.size() : lf + 1;
    buffer_.append(octets.substr(at, end - at));
    at = end;
    if (lf == octets.npos) break;
    auto line = std::string_view(buffer_).substr(line_begin_);
    line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
    auto const literal = announced_at_end(line);
    if (!literal) return {step::whole, at};
    literal_left_ = literal_size_ = literal->size;
    line_begin_ = buffer_.size();
    waiting_ = literal->synchronising;
    if (waiting_) return {step::needs_continuation, at};
  }
  return {step::incomplete, at};
}

void command_reader::reset() {
  base::let_go(buffer_);
  line_begin_ = 0;
  literal_left_ = literal_size_ = 0;
  waiting_ = false;
}

}  // namespace mailrig::wire::imap
