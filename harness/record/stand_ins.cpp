// stand_ins: see stand_ins.hpp.
#include "record/stand_ins.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "net/digest.hpp"

namespace mailrig::record {
namespace {

constexpr std::size_t most_known = 100'000, longest_by_letters = 40, longest_number = 4;

/// Words of structure: who reads a message or its structure goes by them.
bool stays(std::string const& lower) {
  static std::set<std::string, std::less<>> const words = {
      "7bit",     "8bit",     "alternative", "application", "apr",      "ascii",       "attachment", "audio",
      "aug",      "base64",   "bcc",         "binary",      "boundary", "by",          "cc",         "charset",
      "content",  "creation", "date",        "dec",         "delivery", "description", "digest",     "disposition",
      "encoding", "external", "feb",         "filename",    "flowed",   "for",         "format",     "fri",
      "from",     "gmt",      "html",        "id",          "image",    "in",          "inline",     "iso",
      "jan",      "jul",      "jun",         "language",    "location", "mailbox",     "mar",        "may",
      "md5",      "message",  "mime",        "mixed",       "mon",      "multipart",   "name",       "nil",
      "nov",      "oct",      "octet",       "of",          "parallel", "partial",     "plain",      "printable",
      "protocol", "quoted",   "received",    "references",  "related",  "reply",       "report",     "return",
      "path",     "rfc822",   "sat",         "sender",      "sep",      "signed",      "size",       "status",
      "stream",   "subject",  "sun",         "text",        "thu",      "to",          "transfer",   "tue",
      "type",     "us",       "utf",         "version",     "video",    "wed",         "with"};
  return words.contains(lower);
}

bool in_word(char c) {
  auto const u = static_cast<unsigned char>(c);
  return (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') || u >= 0x80;
}
bool is_hex(char c) { return base::is_digit(c) || (c >= 'A' && c <= 'F'); }

/// Calls f(from, to) for each word between.
template <class F>
void each_word(std::string_view text, std::size_t from, std::size_t to, F f) {
  for (std::size_t at = from; at < to;) {
    auto end = at;
    while (end < to && in_word(text[end])) ++end;
    if (end > at) f(at, end);
    at = std::max(end, at + 1);
  }
}

/// Of the same kind as `c`, `by` further round. Octets of UTF-8 stay such.
char moved(char c, unsigned by, char before) {
  auto const u = static_cast<unsigned char>(c), lead = static_cast<unsigned char>(before);
  if (base::is_digit(c)) return char('0' + (u - '0' + by) % 10);
  if (c >= 'a' && c <= 'z') return char('a' + (u - 'a' + by) % 26);
  if (c >= 'A' && c <= 'Z') return char('A' + (u - 'A' + by) % 26);
  // After these the first octet has bounds of its own (RFC 3629 §4).
  bool const bounded = lead == 0xE0 || lead == 0xED || lead == 0xF0 || lead == 0xF4;
  if (u >= 0x80 && u < 0xC0 && !bounded) return char(0x80 + (u - 0x80 + by) % 64);
  return c;
}

}  // namespace

/// Each letter goes on by what all before it say, so that words that begin alike still do; a long one, which is no
/// word, by the whole.
std::string stand_ins::made(std::string_view word) const {
  auto const lower = base::to_lower(word);
  std::string out;
  std::string const whole = word.size() > longest_by_letters ? net::sha256(key_ + lower) : std::string();
  for (std::size_t i = 0; i < word.size(); ++i) {
    auto const from = whole.empty() ? net::sha256(key_ + lower.substr(0, i)) : whole;
    out += moved(word[i], static_cast<unsigned char>(from[i % from.size()]) + unsigned(i), i ? word[i - 1] : '\0');
  }
  return out;
}

void stand_ins::word(std::string& text, std::size_t from, std::size_t to) {
  std::string const one = text.substr(from, to - from);
  auto const digits = std::ranges::all_of(one, base::is_digit);
  if (one.size() == 1 || (digits && one.size() <= longest_number) || stays(base::to_lower(one))) return;
  auto at = known_.find(one);
  if (at == known_.end()) {
    if (known_.size() >= most_known) known_.clear();
    at = known_.emplace(one, made(one)).first;
  }
  text.replace(from, at->second.size(), at->second);
}

void stand_ins::replace_known_names(std::string& text, std::size_t from, std::size_t to) {
  each_word(text, from, to, [&](std::size_t at, std::size_t end) {
    if (names_.contains(base::to_lower(std::string_view(text).substr(at, end - at)))) word(text, at, end);
  });
}

void stand_ins::replace(std::string& text, std::size_t from, std::size_t to, escapes e) {
  for (std::size_t at = from; at < to;) {
    // "=?utf-8?Q?=C3=BC?=" (RFC 2047): within it the same octets stand as in quoted-printable.
    if (at + 2 < to && text[at] == '?' && base::upper(text[at + 1]) == 'Q' && text[at + 2] == '?') {
      auto const end = std::min(text.find("?=", at + 3), to);
      replace(text, at + 3, end, escapes::equals);
      at = end;
      continue;
    }
    if (e == escapes::equals && text[at] == '=' && at + 2 < to && is_hex(text[at + 1]) && is_hex(text[at + 2])) {
      at += 3;
      continue;
    }
    if (!in_word(text[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < to && in_word(text[end])) ++end;
    word(text, at, end);
    at = end;
  }
}

void stand_ins::replace_head(std::string& text, std::size_t from, std::size_t to) {
  while (from < to) {
    auto const end = std::min(text.find('\n', from), to - 1) + 1;
    auto const colon = text.find(':', from);
    bool const named = text[from] != ' ' && text[from] != '\t' && colon < end;
    replace(text, named ? colon : from, end);
    from = end;
  }
}

void stand_ins::replace_message(std::string& text, std::size_t from, std::size_t to, bool has_head) {
  auto body = from;
  if (has_head) {
    auto const blank = text.compare(from, 2, "\r\n") == 0 ? from : text.find("\r\n\r\n", from);
    body = blank >= to ? to : blank;
    replace_head(text, from, body);
  }
  while (body < to) {
    auto const end = std::min(text.find('\n', body), to - 1) + 1;
    // A boundary is what the head says it is, whatever octets it is made of.
    replace(text, body, end, text.compare(body, 2, "--") == 0 ? escapes::none : escapes::equals);
    body = end;
  }
}

void stand_ins::replace_name(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t at = from; at < to;) {
    if (text[at] == '&') {
      at = std::min(text.find('-', at), to);
      continue;
    }
    auto const end = std::min(text.find('&', at), to);
    bool const inbox =
        base::iequals(std::string_view(text).substr(from, 5), "INBOX") && (to - from == 5 || !in_word(text[from + 5]));
    auto const begin = at == from && inbox ? from + 5 : at;
    each_word(text, begin, end, [&](std::size_t w, std::size_t e) {
      if (names_.size() < most_known) names_.insert(base::to_lower(std::string_view(text).substr(w, e - w)));
    });
    replace(text, begin, end);
    at = end;
  }
}

}  // namespace mailrig::record
