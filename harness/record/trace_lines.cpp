// trace_lines: see trace_lines.hpp.
#include "record/trace_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "record/command_words.hpp"
#include "scenario/escapes.hpp"

namespace mailrig::record {
namespace {

/// Beyond that a message is not written out: another of its size stands for it.
constexpr std::size_t longest_told = 64 * 1024;

bool lower_letter(char c) { return c >= 'a' && c <= 'z'; }

/// "$name" would be a variable. Keywords, which begin so, may be written in either case.
std::string without_names(std::string_view word) {
  std::string out(word);
  for (std::size_t i = 0; i + 1 < out.size(); ++i)
    if (out[i] == '$' && lower_letter(out[i + 1])) out[i + 1] = base::upper(out[i + 1]);
  return out;
}

/// The language would read something into it.
bool means_something(std::string_view text) {
  for (std::string_view const mark : {"{mail", "{text", "{quoted", "{literal", "${", "mail["})
    if (text.find(mark) != text.npos) return true;
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if (text[i] == '$' && lower_letter(text[i + 1])) return true;
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// "{70000}" whose octets were not kept: its size.
std::optional<std::uint64_t> left_out(std::string_view word) {
  if (!word.starts_with('{') || !word.ends_with('}')) return std::nullopt;
  word = word.substr(1, word.size() - 2);
  if (word.ends_with('+') || word.ends_with('-')) word.remove_suffix(1);
  return base::number(word);
}

/// A quoted string's value.
std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

}  // namespace

brought_mail::brought_mail(scenario::mailroom const& room) {
  for (auto const& name : room.names())
    if (auto m = room.read(name)) shipped_.push_back(std::move(*m));
}

std::string brought_mail::name_of(std::string_view octets) {
  if (octets.size() > longest_told) return fmt::format("size-{}", octets.size());
  if (auto const at = std::ranges::find(shipped_, octets, &scenario::message::octets); at != shipped_.end())
    return at->name;
  if (auto const at = std::ranges::find(own, octets, &scenario::message_text::octets); at != own.end()) return at->name;
  own.push_back({fmt::format("letter{}", own.size() + 1), std::string(octets)});
  return own.back().name;
}

std::vector<std::string_view> uid_sets(std::string_view command_octets) {
  command_words const words(command_octets);
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < words.tokens().size(); ++i)
    if (words.at(i) == word_role::uids) out.push_back(words.text(i));
  return out;
}

std::optional<std::uint64_t> named_validity(std::string_view command_octets) {
  command_words const words(command_octets);
  for (std::size_t i = 0; i < words.tokens().size(); ++i)
    if (words.at(i) == word_role::validity) return base::number(words.text(i));
  return std::nullopt;
}

std::string trace_line(wire::imap::command const& c, trace_names& names, uid_namer const& uids, brought_mail& mail,
                       std::string const& validity) {
  using kind = imap_token::kind;
  std::string_view const unit = c.octets;
  command_words const words(unit);
  auto const& tokens = words.tokens();
  std::string out;
  std::size_t at = tokens.size() > 1 ? std::min(unit.find(' ') + 1, unit.size()) : 0;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    auto const& t = tokens[i];
    bool const literal = t.what == kind::literal, quoted = t.what == kind::quoted;
    auto const from = literal ? unit.rfind('{', t.from - 1) : t.from - (quoted ? 1 : 0);
    auto const to = std::min(t.to + (quoted ? 1 : 0), unit.size());
    auto const plus = literal && unit.substr(from, t.from - from).find('+') != unit.npos ? "+" : "";
    auto const text = words.text(i);
    auto const value = quoted ? unquoted(text) : std::string(text);
    if (from < at) continue;
    out += unit.substr(at, from - at);
    at = to;
    if (words.at(i) == word_role::mailbox) {
      out += names.word_of(value);
    } else if (words.at(i) == word_role::pattern) {
      out += names.pattern_word(value);
    } else if (words.at(i) == word_role::uids) {
      out += uids(text);
    } else if (words.at(i) == word_role::validity && !validity.empty()) {
      out += validity;
    } else if (words.at(i) == word_role::message && !text.empty()) {
      out += fmt::format("{{mail{} {}}}", plus, mail.name_of(text));
    } else if (auto const size = t.what == kind::atom ? left_out(text) : std::nullopt) {
      out += fmt::format("{{mail size-{}}}", *size);
      at = std::min(unit.find('\n', to), unit.size() - 1) + 1;
    } else if (literal || (quoted && means_something(text))) {
      out += fmt::format("{{text{} \"{}\"}}", plus, scenario::escaped(value));
    } else {
      out += quoted ? '"' + std::string(text) + '"' : without_names(text);
    }
  }
  return out;
}

std::string trace_line(std::string_view pop3) { return without_names(pop3); }

}  // namespace mailrig::record
