// redactor: see redactor.hpp.
#include "history/redactor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "history/literal_header.hpp"

namespace mailrig::history {
namespace {

constexpr std::size_t longest_word = 64;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool ends_line(char c) { return c == '\r' || c == '\n'; }

}  // namespace

bool redactor::next_is_secret() const {
  if (sasl_) return true;
  // The mechanism's name is no secret; what follows it is.
  return !verb_.empty() && words_ >= (verb_ == "AUTHENTICATE" ? 3u : verb_ == "AUTH" || verb_ == "LOGIN" ? 2u : 1u);
}

/// A password of POP3 goes to the end of the line, blanks and all.
bool redactor::blank_ends() const { return !sasl_ && verb_ != "PASS"; }

/// One whole line, with a verb that no secret follows: most of what is sent.
bool redactor::harmless(std::string_view octets) const {
  if (sasl_ || literal_left_ > 0 || at_ != place::between || words_ > 0) return false;
  if (octets.find('\n') + 1 != octets.size() || octets.ends_with("}\r\n") || octets.ends_with("}\n")) return false;
  auto const verb = proto_ == protocol::pop3 ? 0 : octets.find(' ') + 1;
  if (verb >= octets.size() || (proto_ == protocol::imap && verb < 2)) return false;
  if (is_blank(octets[verb]) || octets.substr(0, verb).find('\t') != octets.npos) return false;
  auto const first = base::upper(octets[verb]);
  return first != 'A' && first != (proto_ == protocol::pop3 ? 'P' : 'L');
}

std::string_view redactor::sent(std::string_view octets) {
  base::let_go(out_);
  if (harmless(octets)) return octets;
  while (!octets.empty()) {
    std::size_t taken = 1;
    if (literal_left_ > 0)
      taken = of_literal(octets);
    else if (at_ == place::plain)
      taken = of_plain(octets);
    else
      step(octets.front());
    octets.remove_prefix(taken);
  }
  return out_;
}

std::size_t redactor::of_literal(std::string_view octets) {
  auto const taken = std::size_t(std::min<std::uint64_t>(octets.size(), literal_left_));
  literal_begun_ = true;
  literal_left_ -= taken;
  if (!secret_literal_) out_ += octets.substr(0, taken);
  if (secret_literal_ && literal_left_ == 0) out_ += base::secret_stand_in;
  return taken;
}

void redactor::begin_literal(std::uint64_t count, bool secret) {
  literal_left_ = count;
  secret_literal_ = secret;
  literal_begun_ = false;
  if (secret && count == 0) out_ += base::secret_stand_in;
}

/// The rest of a line without secrets; it may end in a literal.
std::size_t redactor::of_plain(std::string_view octets) {
  auto const end = octets.find('\n');
  auto const line = octets.substr(0, end == octets.npos ? end : end + 1);
  out_ += line;
  tail_ += line.substr(line.size() - std::min(line.size(), literal_header::longest));
  if (tail_.size() > literal_header::longest) tail_.erase(0, tail_.size() - literal_header::longest);
  if (end == octets.npos) return line.size();
  auto const literal = proto_ == protocol::imap ? literal_header::of(tail_) : std::nullopt;
  tail_.clear();
  if (literal && literal->count > 0)
    begin_literal(literal->count, false);
  else if (!literal)
    end_line();
  return line.size();
}

void redactor::step(char c) {
  switch (at_) {
    case place::between:
      if (is_blank(c) || ends_line(c)) {
        out_ += c;
        if (c == '\n') end_line();
      } else if (next_is_secret()) {
        begin_secret(c);
      } else {
        out_ += c;
        word_ = base::upper(c);
        at_ = place::word;
      }
      return;
    case place::word:
      out_ += c;
      if (is_blank(c) || c == '\n') end_word();
      if (c == '\n') return end_line();
      if (!is_blank(c) && c != '\r' && word_.size() < longest_word) word_ += base::upper(c);
      return;
    case place::plain: return;  // of_plain
    case place::lone:
    case place::brace: {
      bool const goes_on = at_ == place::brace && word_.size() < literal_header::longest &&
                           (c == '\r' || c == '+' || c == '-' || c == '}' || (c >= '0' && c <= '9'));
      if (goes_on) return void(word_ += c);
      auto const held = std::exchange(word_, {}) + c;
      if (auto const literal = at_ == place::brace && c == '\n' ? literal_header::of(held) : std::nullopt) {
        out_ += fmt::format("{{{}{}", base::secret_stand_in.size(), literal->after);
        at_ = place::between;
        return begin_literal(literal->count, true);
      }
      out_ +=
          at_ == place::lone && (is_blank(c) || ends_line(c)) ? held.substr(0, 1) : std::string(base::secret_stand_in);
      at_ = place::secret;
      if (held.ends_with("\r\n")) out_ += '\r';
      return step(c);
    }
    case place::secret:
      if (ends_line(c) || (is_blank(c) && blank_ends())) out_ += c;
      if (is_blank(c) && blank_ends()) at_ = place::between;
      if (c == '\n') end_line();
      return;
    case place::quoted:
    case place::backslash:
      if (ends_line(c) || (c == '"' && at_ == place::quoted)) out_ += c;
      if (c == '\n') return end_line();
      if (c == '"' && at_ == place::quoted)
        at_ = place::between;
      else
        at_ = c == '\\' && at_ == place::quoted ? place::backslash : place::quoted;
      return;
  }
}

void redactor::begin_secret(char c) {
  ++words_;
  bool const arguments = proto_ == protocol::imap && !sasl_;
  if (c == '*' || c == '=' || (c == '{' && arguments)) {
    word_ = c;
    at_ = c == '{' ? place::brace : place::lone;
  } else {
    bool const quote = c == '"' && arguments;
    if (quote) out_ += c;
    out_ += base::secret_stand_in;
    at_ = quote ? place::quoted : place::secret;
  }
}

void redactor::end_word() {
  at_ = place::between;
  ++words_;
  bool const imap = proto_ == protocol::imap;
  if (imap && words_ == 1) {
    tag_ = word_;
  } else if (words_ == (imap ? 2u : 1u)) {
    bool const known =
        imap ? word_ == "LOGIN" || word_ == "AUTHENTICATE" : word_ == "PASS" || word_ == "APOP" || word_ == "AUTH";
    if (known)
      verb_ = word_;
    else
      at_ = place::plain;
  }
  word_.clear();
}

void redactor::end_line() {
  if ((verb_ == "AUTHENTICATE" && words_ >= 3) || (verb_ == "AUTH" && words_ >= 2)) sasl_ = true;
  word_.clear();
  verb_.clear();
  words_ = 0;
  at_ = place::between;
}

void redactor::received(std::string_view octets) {
  if (!sasl_ && !is_open()) {
    auto const last = octets.rfind('\n');
    reply_column_ = last == octets.npos ? reply_column_ + octets.size() : octets.size() - last - 1;
    return;
  }
  // "+ challenge" goes on; POP3's "+OK" and anything else at the start of a line ends the exchange. IMAP may put
  // untagged data between. A literal is refused by its command's answer.
  for (char c : octets) {
    bool const goes_on = reply_column_ == 0   ? c == '+' || (c == '*' && proto_ == protocol::imap)
                         : reply_column_ == 1 ? proto_ == protocol::imap || c == ' ' || c == '\r'
                                              : true;
    if (!goes_on) sasl_ = false;
    if (reply_column_ == 0) reply_word_.clear();
    if (c == ' ' && is_open() && reply_word_ == tag_) {
      literal_left_ = 0;
      end_line();
    }
    if (reply_word_.size() <= longest_word) reply_word_ += base::upper(c);
    reply_column_ = c == '\n' ? 0 : reply_column_ + 1;
  }
}

}  // namespace mailrig::history
