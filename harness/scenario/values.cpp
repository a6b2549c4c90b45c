// values: see values.hpp.
#include "scenario/values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::scenario {

bool values::kept(bool matched) {
  if (!matched)
    for (auto const& name : fresh) names.erase(name);
  for (auto const& [n, before] : narrowed)
    if (!matched && before)
      meant[n] = *before;
    else if (!matched)
      meant.erase(n);
  fresh.clear();
  narrowed.clear();
  return matched;
}

namespace {

/// "mail[WHICH].FIELD"
struct mail_token {
  std::string_view which, field;

  static std::optional<mail_token> read(std::string_view text) {
    if (!text.starts_with("mail[")) return std::nullopt;
    auto const close = text.find(']');
    if (close == text.npos || close + 1 >= text.size() || text[close + 1] != '.') return std::nullopt;
    return mail_token{text.substr(5, close - 5), text.substr(close + 2)};
  }
  /// Where it stands among so many; nothing where it has a name, or is none of them.
  std::optional<std::size_t> place(std::size_t count) const {
    auto const n = base::number(which);
    return n && *n >= 1 && *n <= count ? std::optional(std::size_t(*n - 1)) : std::nullopt;
  }
};

}  // namespace

std::optional<std::string> values::mail_value(std::string_view token) const {
  auto const t = mail_token::read(token);
  if (!t) return std::nullopt;
  if (base::number(t->which)) {
    auto const at = t->place(mail.size());
    return at ? mail[*at].value(t->field) : std::nullopt;
  }
  auto const named = std::ranges::find(mail, t->which, &message::name);
  return named == mail.end() ? std::nullopt : named->value(t->field);
}

std::optional<bool> values::in_maildrop(std::string_view token, std::function<bool(std::string const&)> const& fits) {
  auto const t = mail_token::read(token);
  auto const at = t ? t->place(mail.size()) : std::nullopt;
  if (!at) return std::nullopt;
  auto const n = *at + 1;
  auto const known = meant.find(n);
  auto const before = known == meant.end() ? std::nullopt : std::optional(known->second);
  std::vector<std::size_t> left;
  auto consider = [&](std::size_t i) {
    if (auto const value = mail[i].value(t->field); value && fits(*value)) left.push_back(i);
  };
  if (before)
    std::ranges::for_each(*before, consider);
  else
    for (std::size_t i = 0; i < mail.size(); ++i) consider(i);
  if (left.empty()) return false;
  meant[n] = std::move(left);
  narrowed.emplace(narrowed.begin(), n, before);
  return each_has_its_own();
}

std::vector<std::string> values::meant_in_maildrop(std::string_view token) const {
  std::vector<std::string> out;
  auto const t = mail_token::read(token);
  auto const at = t ? t->place(mail.size()) : std::nullopt;
  auto take = [&](std::optional<std::string> value) {
    if (value) out.push_back(std::move(*value));
  };
  auto const known = at ? meant.find(*at + 1) : meant.end();
  if (known != meant.end())
    for (auto const i : known->second) take(mail[i].value(t->field));
  else if (at)
    for (auto const& m : mail) take(m.value(t->field));
  else
    take(mail_value(token));
  return out;
}

/// Each number can have a message that no other has: augmenting paths.
bool values::each_has_its_own() const {
  std::map<std::size_t, std::size_t> holder;  // place in `mail` -> number
  std::function<bool(std::size_t, std::vector<bool>&)> seat = [&](std::size_t n, std::vector<bool>& tried) {
    for (auto const i : meant.at(n)) {
      if (tried[i]) continue;
      tried[i] = true;
      auto const taken = holder.find(i);
      if (taken != holder.end() && !seat(taken->second, tried)) continue;
      holder[i] = n;
      return true;
    }
    return false;
  };
  return std::ranges::all_of(meant, [&](auto const& one) {
    std::vector<bool> tried(mail.size());
    return seat(one.first, tried);
  });
}

namespace {

/// A name's value within a quoted string (RFC 3501 §9, quoted-specials).
std::string escaped(std::string const& value) {
  std::string out;
  for (char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

base::result<std::string> values::expand(std::string_view text) const {
  return expand_by(
      text, +[](std::string const& value) { return value; });
}

base::result<std::string> values::written(std::string_view line) const {
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    bool const in_quotes = line[at] == '"';
    auto end = at + 1;
    if (in_quotes) {
      while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, line.size());
    } else if (line[at] != ' ' && line[at] != '(' && line[at] != ')') {
      end = std::min(line.find_first_of(" ()\"", at), line.size());
    }
    auto const word = line.substr(at, end - at);
    auto const plain = expand(word), safe = expand_by(word, &escaped);
    if (!plain) return plain.error();
    // What logs in goes as the script spells it: it is for the script to try a bare word.
    bool const credential = word.starts_with("$user") || word.starts_with("$password");
    bool const no_atom = !credential && *plain != *safe;
    out += in_quotes ? *safe : no_atom ? '"' + *safe + '"' : *plain;
    at = end;
  }
  return out;
}

base::result<std::string> values::expand_by(std::string_view text,
                                            std::string (*of_name)(std::string const& value)) const {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '$' && at + 1 < text.size() &&
        (text[at + 1] == '{' || (text[at + 1] >= 'a' && text[at + 1] <= 'z'))) {
      bool const braces = text[at + 1] == '{';
      auto const begin = at + (braces ? 2 : 1);
      auto end = begin;
      while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
      auto const found = names.find(text.substr(begin, end - begin));
      if (found == names.end())
        return base::fault{at, "name", fmt::format("'{}' is not bound yet", text.substr(at, end - at))};
      out += of_name(found->second);
      at = end + (braces ? 1 : 0);
      continue;
    }
    if (text.substr(at).starts_with("mail[")) {
      auto end = text.find(']', at);
      if (end != text.npos && end + 1 < text.size() && text[end + 1] == '.') {
        end += 2;
        while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end]))) ++end;
        if (end < text.size() && text[end] == '[') end = std::min(text.find(']', end), text.size() - 1) + 1;
        auto const v = mail_value(text.substr(at, end - at));
        if (!v) return base::fault{at, "mail", fmt::format("'{}' has no value", text.substr(at, end - at))};
        out += *v;
        at = end;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

}  // namespace mailrig::scenario
