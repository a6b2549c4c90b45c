// plainer: see plainer.hpp.
#include "stress/plainer.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::stress {
namespace {

void keep(std::vector<std::string>& to, std::string const& line, std::string text) {
  if (text != line && std::ranges::find(to, text) == to.end()) to.push_back(std::move(text));
}

std::string replaced(std::string const& line, std::size_t from, std::size_t size, std::string_view by) {
  auto out = line;
  return out.replace(from, size, by);
}

/// A literal's text, as short as a message can be.
void literals(std::string const& line, std::vector<std::string>& out) {
  auto const open = line.find("{text");
  auto const close = line.find("\"}", open == line.npos ? 0 : open);
  if (open == line.npos || close == line.npos) return;
  keep(out, line, replaced(line, open, close + 2 - open, "{text \"A: b\\r\\n\\r\\nc\"}"));
}

/// A message, for the plain one.
void messages(std::string const& line, std::vector<std::string>& out) {
  auto const open = line.find("{mail");
  auto const close = line.find('}', open == line.npos ? 0 : open);
  if (open == line.npos || close == line.npos) return;
  keep(out, line, replaced(line, open, close + 1 - open, "{mail plain}"));
}

/// "(a b c)" to each of its members alone.
void lists(std::string const& line, std::vector<std::string>& out) {
  auto const open = line.find('('), close = line.rfind(')');
  if (open == line.npos || close == line.npos || close < open) return;
  auto const inner = std::string_view(line).substr(open + 1, close - open - 1);
  if (inner.find('(') != inner.npos) return;
  auto const words = base::words(inner);
  if (words.size() < 2) return;
  for (auto w : words) keep(out, line, replaced(line, open + 1, close - open - 1, w));
}

/// "1,3:4" to each of its members; "2:5" and "1:*" to their ends.
void sets(std::string const& line, std::vector<std::string>& out) {
  for (auto word : base::words(line)) {
    bool const digits =
        word.find_first_not_of("0123456789,:*$uid") == word.npos && word.find_first_of("0123456789") != word.npos;
    if (!digits || word.find_first_of(",:") == word.npos) continue;
    auto const at = std::size_t(word.data() - line.data());
    for (auto part : base::split(word, ','))
      for (auto end : base::split(part, ':')) keep(out, line, replaced(line, at, word.size(), end));
    return;
  }
}

void drop(std::string const& line, std::string_view what, std::vector<std::string>& out) {
  if (auto const at = line.find(what); at != line.npos) keep(out, line, replaced(line, at, what.size(), ""));
}

/// What stands between two quotes, an octet or an escape each.
std::vector<std::string_view> written_octets(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    auto const size = std::min(text.size(), std::size_t(text[0] != '\\' ? 1 : text.starts_with("\\x") ? 4 : 2));
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

std::size_t end_of_quoted(std::string const& text, std::size_t open) {
  auto at = open + 1;
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
}

}  // namespace

std::vector<std::string> plainer_octets(std::string const& argument) {
  std::vector<std::string> out;
  for (auto open = argument.find('"'); open < argument.size(); open = argument.find('"', open)) {
    auto const close = end_of_quoted(argument, open);
    auto const all = written_octets(std::string_view(argument).substr(open + 1, close - open - 1));
    auto const star = close + 1 < argument.size() && argument[close + 1] == '*';
    if (star) {
      auto const end = std::min(argument.find(' ', close), argument.size());
      auto const times = base::number(std::string_view(argument).substr(close + 2, end - close - 2)).value_or(0);
      if (times > 1) keep(out, argument, replaced(argument, close + 2, end - close - 2, std::to_string(times / 2)));
      keep(out, argument, replaced(argument, open, end - open, ""));
    }
    for (auto size = star ? 0 : all.size(); size > 0; size /= 2)
      for (std::size_t at = 0; at + size <= all.size(); at += size) {
        auto const from = std::size_t(all[at].data() - argument.data());
        auto const& last = all[at + size - 1];
        keep(out, argument,
             replaced(argument, from, std::size_t(last.data() + last.size() - argument.data()) - from, ""));
      }
    open = close + 1;
  }
  std::erase_if(out, [](auto const& a) { return a.find('"') == a.npos; });
  return out;
}

std::vector<std::string> plainer(std::string const& line) {
  std::vector<std::string> out;
  if (line.starts_with("UID ")) {
    auto plain = line.substr(4);
    for (auto at = plain.find("$uid"); at != plain.npos; at = plain.find("$uid")) plain.erase(at, 4);
    keep(out, line, plain);
  }
  literals(line, out);
  messages(line, out);
  sets(line, out);
  lists(line, out);
  drop(line, ".SILENT", out);
  if (auto const at = line.find(" ("); line.starts_with("APPEND") && at != line.npos)
    if (auto const end = line.find(") ", at); end != line.npos) keep(out, line, replaced(line, at, end + 1 - at, ""));
  return out;
}

}  // namespace mailrig::stress
