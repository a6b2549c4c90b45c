// played_text: see played_text.hpp.
#include "play/played_text.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::play {

using history::protocol;

namespace {

/// The tag that a client which counts gives its n-th command behind that one: "a009" and 1 is "a010".
std::string tag_behind(std::string const& tag, std::uint64_t n) {
  auto const digits = tag.find_last_not_of("0123456789") + 1;
  auto const number = base::number(std::string_view(tag).substr(digits));
  if (!number) return tag;
  return fmt::format("{}{:0{}}", tag.substr(0, digits), *number + n, tag.size() - digits);
}

/// As a POP3 server sends it.
std::string stuffed(std::string_view octets) {
  std::string out;
  while (!octets.empty()) {
    auto const end = std::min(octets.find("\r\n"), octets.size());
    if (octets[0] == '.') out += '.';
    out += octets.substr(0, end);
    out += "\r\n";
    octets.remove_prefix(std::min(end + 2, octets.size()));
  }
  return out + ".\r\n";
}

}  // namespace

std::string played_text::message(std::string_view name) const {
  if (auto const n = base::number(name); n && *n >= 1 && *n <= declared_.size()) name = declared_[*n - 1].name;
  auto const m = room_.read(name);
  return m ? m->octets : std::string();
}

std::string played_text::filled_in(std::string_view text, client_unit const& last) const {
  std::string out;
  while (!text.empty()) {
    auto const at = text.find_first_of("${");
    out += text.substr(0, at);
    if (at == text.npos) break;
    text.remove_prefix(at);
    auto const close = text.find('}');
    if (text.starts_with("$tag")) {
      out += last.tag;
      text.remove_prefix(4);
    } else if (text.starts_with("$next") && text.size() > 5 && text[5] >= '1' && text[5] <= '9') {
      out += tag_behind(last.tag, std::uint64_t(text[5] - '0'));
      text.remove_prefix(6);
    } else if (text.size() > 1 && text[0] == '$' && text[1] >= '1' && text[1] <= '9') {
      auto const n = std::size_t(text[1] - '0');
      if (n < last.words.size()) out += last.words[n];
      text.remove_prefix(2);
    } else if (close != text.npos && (text.starts_with("{mail ") || text.starts_with("{text \""))) {
      auto const octets = text[1] == 'm' ? message(base::trim(text.substr(6, close - 6)))
                                         : scenario::unescaped(text.substr(7, close - 8));
      out += fmt::format("{{{}}}\r\n{}", octets.size(), octets);
      text.remove_prefix(close + 1);
    } else {
      out += text[0];
      text.remove_prefix(1);
    }
  }
  return out;
}

std::string played_text::line(std::string_view text, client_unit const& last) const {
  if (proto_ == protocol::pop3 && text.starts_with("= mail[") && text.ends_with("].octets"))
    return stuffed(message(text.substr(7, text.size() - 15)));
  auto const words = base::words(text);
  bool const status = !words.empty() && (words[0] == "OK" || words[0] == "NO" || words[0] == "BAD");
  auto const octets = filled_in(text, last) + "\r\n";
  return proto_ == protocol::imap && status ? fmt::format("{} {}", last.tag, octets) : octets;
}

}  // namespace mailrig::play
