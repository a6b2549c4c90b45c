// declarations: see declarations.hpp.
#include "scenario/declarations.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "scenario/session_word.hpp"
#include "wire/imap/internal_date.hpp"

namespace mailrig::scenario {

namespace {

base::fault wrong(std::string_view text, std::string_view part, char const* what) {
  return {std::size_t(part.data() - text.data()), "scenario", what};
}

/// What is between the quotes, the first of which begins `open`; empty: they are not closed.
std::string date_at(std::string_view text, std::string_view open) {
  auto const rest = text.substr(std::size_t(open.data() - text.data()) + 1);
  return std::string(rest.substr(0, rest.find('"') == rest.npos ? 0 : rest.find('"')));
}

}  // namespace

base::result<std::vector<mail_declaration>> read_mail_words(std::string_view text) {
  std::vector<mail_declaration> out;
  auto const words = base::words(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    mail_declaration m{std::string(words[i]), 1, {}, {}};
    if (i + 2 < words.size() && words[i + 1] == "x") {
      auto const n = base::number(words[i + 2]);
      if (!n || *n == 0 || *n > 100000)
        return wrong(text, words[i + 2], "'x' is followed by a number from 1 to 100000");
      m.copies = *n;
      i += 2;
    }
    if (i + 1 < words.size() && words[i + 1].starts_with('(')) {
      for (++i; i < words.size(); ++i) {
        auto flag = words[i];
        bool const last = flag.ends_with(')');
        if (flag.starts_with('(')) flag.remove_prefix(1);
        if (last) flag.remove_suffix(flag.empty() ? 0 : 1);
        if (!flag.empty()) m.flags.emplace_back(flag);
        if (last) break;
      }
      if (i == words.size()) return wrong(text, words.back(), "the list of flags is not closed by ')'");
    }
    if (i + 1 < words.size() && words[i + 1].starts_with('"')) {
      auto const open = words[++i];
      m.date = date_at(text, open);
      if (!wire::imap::instant_of(m.date))
        return wrong(text, open, R"(a date is written as INTERNALDATE has it: "05-Jan-2026 10:00:00 +0000")");
      auto const end = open.data() + 1 + m.date.size();
      while (i + 1 < words.size() && words[i + 1].data() <= end) ++i;
    }
    out.push_back(std::move(m));
  }
  return out;
}

base::result<std::vector<session_declaration>> read_session_words(std::string_view text) {
  std::vector<session_declaration> out;
  for (auto word : base::words(text)) {
    auto s = read_session(word);
    if (!s) return base::fault{std::size_t(word.data() - text.data()) + s.error().offset, "scenario", s.error().text};
    if (std::ranges::any_of(out, [&](auto const& o) { return o.name == s->name; }))
      return wrong(text, word, "this session is declared twice");
    out.push_back(std::move(*s));
  }
  return out;
}

}  // namespace mailrig::scenario
