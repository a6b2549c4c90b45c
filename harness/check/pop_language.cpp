// pop_language: LANG lists tags of languages, and chooses one that fits what was asked for (RFC 6856 §3.2).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::pop_language {
namespace {

using wire::pop3::indicator;

/// Words of letters and digits with a "-" between; the first of letters (RFC 5646 §2.1, as far as its form goes).
bool is_tag(std::string_view text) {
  bool first = true;
  for (auto const word : base::split(text, '-')) {
    bool const fits = !word.empty() && word.size() <= 8 && std::ranges::all_of(word, [&](char c) {
      return (base::lower(c) >= 'a' && base::lower(c) <= 'z') || (!first && base::is_digit(c));
    });
    if (!fits) return false;
    first = false;
  }
  return true;
}

/// A basic language range: the tag, or what it begins with up to a "-" (RFC 4647 §3.3.1).
bool matches(std::string_view range, std::string_view tag) {
  return range == "*" || base::iequals(range, tag) ||
         (base::istarts_with(tag, range) && tag.size() > range.size() && tag[range.size()] == '-');
}

class pop_language final : public checker {
 public:
  void see(item const& i, report& out) override {
    if (i.kind != item_kind::reply || i.reply->violation) return;
    if (i.reply->status == indicator::challenge) return;
    bool const asks = i.pop3_command_ && i.pop3_command_->is("LANG") && i.reply->status == indicator::ok;
    if (asks && i.reply->multi) return listed(i, out);
    if (asks) chosen(i, out);
    if (!base::is_utf8(i.reply->line) && spoken_[i.session])
      out.add(i, {"utf8", "a status line that is no UTF-8, after LANG", {"UTF-8"}, 0});
  }

 private:
  void listed(item const& i, report& out) {
    auto& tags = listed_[i.session];
    tags.clear();
    std::size_t at = i.reply->line.size() + 2;
    for (auto const& line : wire::pop3::body_lines(i.reply->body)) {
      auto const space = std::min(line.find(' '), line.size());
      auto const rest = line.substr(std::min(space + 1, line.size()));
      bool const formed = is_tag(line.substr(0, space)) && !rest.starts_with(' ') &&
                          (space == line.size() || !rest.empty()) && base::is_utf8(rest);
      if (!formed)
        out.add(
            i, {"listing", fmt::format("'{}'", base::printable(line)), {"a tag, and a space and UTF-8 behind it"}, at});
      tags.insert(base::to_upper(line.substr(0, space)));
      at += line.size() + 2;
    }
  }

  void chosen(item const& i, report& out) {
    spoken_[i.session] = true;
    auto const text = i.reply->text;
    auto const space = text.find(' ');
    auto const tag = text.substr(0, space);
    auto const range = i.pop3_command_->arg(0);
    if (space == text.npos || !is_tag(tag))
      return out.add(i, {"form", fmt::format("'{}'", base::printable(i.reply->line)), {"+OK tag text"}, 4});
    if (!matches(range, tag))
      out.add(i, {"other",
                  fmt::format("'{}' is chosen where '{}' was asked for", tag, base::printable(range)),
                  {"a tag that matches, or -ERR"},
                  4});
    auto const& tags = listed_[i.session];
    if (!tags.empty() && !tags.contains(base::to_upper(tag)))
      out.add(i,
              {"unlisted", fmt::format("'{}' is chosen, and the listing lacks it", tag), {"a tag of the listing"}, 4});
  }

  per_session<char> spoken_{this};                   ///< a language was chosen
  per_session<std::set<std::string>> listed_{this};  ///< upper case
};

checker_kind const kind{
    "pop_language",
    "LANG lists tags of languages, and chooses what was asked for.",
    {{"form", "RFC6856-3.2-01", "LANG is answered by the tag, a space and text."},
     {"other", "RFC6856-3.2-05", "The language that is chosen matches the range that was asked for."},
     {"utf8", "RFC6856-3.2-06", "After LANG texts are in UTF-8."},
     {"listing", "RFC6856-3.2-04", "A language listing is a tag, and perhaps a space and a description."},
     {"unlisted", "RFC6856-3.2-07", "Every language that can be chosen is listed."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<pop_language>(); },
    false,
    kinds::pop3,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::pop_language
