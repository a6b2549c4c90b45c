// redactor: see redactor.hpp.
#include "history/redactor.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::history {

bool redactor::secret_from_here() const {
  if (sasl_) return true;
  std::string_view h = head_;
  if (proto_ == protocol::pop3) return h == "PASS " || h == "APOP " || h.starts_with("AUTH ");
  auto const space = h.find(' ');
  if (space == h.npos) return false;
  h.remove_prefix(space + 1);
  return h == "LOGIN " || h.starts_with("AUTHENTICATE ");
}

char redactor::blot(char c) {
  if (brace_) {
    brace_ = (c >= '0' && c <= '9') || c == '+' || c == '-';
    return c;
  }
  brace_ = c == '{';
  return brace_ || c == ' ' || c == '"' ? c : '*';
}

void redactor::end_line() {
  auto const mechanism_given = head_.find(proto_ == protocol::pop3 ? "AUTH " : " AUTHENTICATE ") != head_.npos;
  literal_ = secret_ && !sasl_ && !mechanism_given && literal_;
  if (mechanism_given && !sasl_) sasl_ = true;
  secret_ = literal_;
  head_.clear();
  brace_ = plain_ = false;
}

/// The line may yet hold a secret: its verb is one of those, or has not come.
bool redactor::names_secret() const {
  std::string_view h = head_;
  if (proto_ == protocol::pop3) return h.starts_with("PASS ") || h.starts_with("APOP ") || h.starts_with("AUTH ");
  h.remove_prefix(std::min(h.find(' '), h.size() - 1) + 1);
  return h.empty() || h.starts_with("LOGIN ") || h.starts_with("AUTHENTICATE ");
}

/// One whole line, with a verb that no secret follows: most of what is sent.
bool redactor::harmless(std::string_view octets) const {
  if (secret_ || sasl_ || literal_ || brace_ || !head_.empty() || octets.find('\n') + 1 != octets.size()) return false;
  auto const verb = proto_ == protocol::pop3 ? 0 : octets.find(' ') + 1;
  if (verb >= octets.size() || (proto_ == protocol::imap && verb == 0)) return false;
  auto const first = base::upper(octets[verb]);
  return first != 'A' && first != (proto_ == protocol::pop3 ? 'P' : 'L');
}

std::string_view redactor::sent(std::string_view octets) {
  base::let_go(out_);
  if (harmless(octets)) return octets;
  for (std::size_t at = 0; at < octets.size(); ++at) {
    // Past where a verb can stand, a line without a secret is as it is.
    if (!secret_ && !sasl_ && (plain_ || head_.size() >= longest_verb)) {
      auto const end = std::min(octets.find('\n', at), octets.size());
      out_.append(octets.substr(at, end - at));
      if ((at = end) == octets.size()) break;
    }
    char const c = octets[at];
    if (c == '\n') {
      out_ += c;
      end_line();
      continue;
    }
    if (c == '\r') {
      out_ += c;
      continue;
    }
    if (secret_) {
      out_ += blot(c);
      literal_ = c == '}';
      continue;
    }
    if (sasl_) {
      out_ += '*';
      continue;
    }
    out_ += c;
    if (head_.size() < longest_verb) head_ += base::upper(c);
    if (c != ' ') continue;
    plain_ = !names_secret();
    if (plain_) continue;
    // The mechanism's name is no secret; what follows it is.
    auto const sasl_verb = head_.find(proto_ == protocol::pop3 ? "AUTH " : " AUTHENTICATE ") != head_.npos;
    if (secret_from_here() && (!sasl_verb || base::words(head_).size() >= (proto_ == protocol::pop3 ? 2u : 3u)))
      secret_ = true;
  }
  return out_;
}

void redactor::received(std::string_view octets) {
  // "+ challenge" goes on; POP3's "+OK" and anything else at the start of a line ends the exchange. IMAP may put
  // untagged data between.
  if (!sasl_) {
    auto const last = octets.rfind('\n');
    reply_column_ = last == octets.npos ? reply_column_ + octets.size() : octets.size() - last - 1;
    return;
  }
  for (char c : octets) {
    bool const goes_on = reply_column_ == 0   ? c == '+' || (c == '*' && proto_ == protocol::imap)
                         : reply_column_ == 1 ? proto_ == protocol::imap || c == ' ' || c == '\r'
                                              : true;
    if (!goes_on) sasl_ = false;
    reply_column_ = c == '\n' ? 0 : reply_column_ + 1;
  }
}

}  // namespace mailrig::history
