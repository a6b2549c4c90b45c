// language: LANGUAGE says which language is spoken from there on, and COMPARATOR how text is compared (RFC 5255 §3.2,
// §3.3, §4.7, §4.8).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "check/checker.hpp"

namespace mailrig::check::language {
namespace {

using wire::imap::response_kind;
using wire::imap::status;

constexpr std::string_view unasked_default = "i-default";

/// RFC 4647 §3: the range is the tag or begins it, or the tag is what is left of the range as its end is cut off.
bool matches(std::string_view range, std::string_view tag) {
  auto const begins = [](std::string_view longer, std::string_view shorter) {
    return base::istarts_with(longer, shorter) && (longer.size() == shorter.size() || longer[shorter.size()] == '-');
  };
  if (base::iequals(range, "default") || range.find('*') != range.npos) return true;
  return begins(tag, range) || begins(range, tag);
}

class language final : public checker {
 public:
  void see(item const& i, report& out) override {
    auto& a = asked_[i.session];
    bool const ours = i.command && (i.command->is("LANGUAGE") || i.command->is("COMPARATOR"));
    if (i.kind == item_kind::command && ours && i.imap->in_progress.size() == 1) begin(*i.command, a);
    if (i.kind != item_kind::response || i.response->violation) return;
    auto const& r = *i.response;
    if (r.is("LANGUAGE")) spoken(i, a, out);
    if (r.is("COMPARATOR")) compared(i, a, out);
    if (r.kind != response_kind::tagged || !ours || a.serial != i.command->serial) return;
    if (r.condition == status::ok && !a.told) untold(i, a, out);
    a = {};
  }

 private:
  struct request {
    std::uint32_t serial = 0;
    std::vector<std::string> wanted;
    bool told = false;
  };

  static void begin(model::imap_command const& c, request& a) {
    a = {};
    a.serial = c.serial;
    for (auto const& word : c.sent.arguments) a.wanted.push_back(word.text);
  }

  static void spoken(item const& i, request& a, report& out) {
    std::vector<std::string> tags;
    for (auto v = i.response->args().first(); v; v = v.next()) tags.push_back(v.text());
    auto const has = [&](std::string_view tag) {
      return std::ranges::any_of(tags, [&](auto const& t) { return base::iequals(t, tag); });
    };
    if (tags.size() > 1 && !has(unasked_default))
      out.add(i, {"no-default", "the languages that are spoken lack i-default", {"i-default"}, 2});
    if (!i.imap->runs("LANGUAGE") || a.serial == 0) return;
    a.told = true;
    if (a.wanted.empty()) {
      if (tags.size() == 1 && has(unasked_default))
        out.add(i, {"nothing-else", "i-default is the only language", {"no LANGUAGE among the capabilities"}, 2});
      return;
    }
    if (tags.size() != 1)
      return out.add(i, {"several", fmt::format("{} languages are spoken at once", tags.size()), {"one language"}, 2});
    auto const is_wanted = [&](auto const& range) { return matches(range, tags.front()); };
    if (std::ranges::none_of(a.wanted, is_wanted))
      out.add(i, {"another", fmt::format("{} is none of those that were asked for", tags.front()), a.wanted, 2});
  }

  static void compared(item const& i, request& a, report& out) {
    if (i.imap->runs("COMPARATOR")) a.told = true;
    auto const list = i.response->args().next();
    if (!list || !list.is_list()) return;
    std::vector<std::string> matching;
    for (auto v = list.first(); v; v = v.next()) matching.push_back(base::to_lower(v.text()));
    auto const now = base::to_lower(i.response->args().text());
    if (matching.size() < 2 || std::ranges::find(matching, now) == matching.end())
      out.add(i, {"matching",
                  fmt::format("{} match, and {} is in use", matching.size(), now),
                  {"a list of those that match, the one in use among them, where they are more than one"},
                  list.offset()});
  }

  static void untold(item const& i, request const& a, report& out) {
    if (i.command->is("LANGUAGE") && a.wanted.empty())
      out.add(i, {"unlisted", "OK, and the languages were not listed", {"* LANGUAGE (...)"}, 0});
    else if (i.command->is("LANGUAGE"))
      out.add(i, {"untold", "OK, and which language it is was not said", {"* LANGUAGE (...)"}, 0});
    else if (a.wanted.empty())
      out.add(i, {"comparator-untold", "OK, and the comparator was not told", {"* COMPARATOR ..."}, 0});
  }

  per_session<request> asked_{this};
};

checker_kind const kind{
    "language",
    "LANGUAGE and COMPARATOR say what was chosen.",
    {{"no-default", "RFC5255-3.1-03", "i-default is one of the languages."},
     {"nothing-else", "RFC5255-3.1-05", "LANGUAGE is not announced where nothing but i-default is spoken."},
     {"untold", "RFC5255-3.2-02", "LANGUAGE that succeeds says which language is spoken."},
     {"another", "RFC5255-3.2-03", "The language is one that was asked for."},
     {"unlisted", "RFC5255-3.2-04", "LANGUAGE without arguments lists the languages."},
     {"several", "RFC5255-3.3-01", "With arguments one language is told."},
     {"comparator-untold", "RFC5255-4.7-01", "COMPARATOR without arguments tells the one in use."},
     {"matching", "RFC5255-4.8-01", "Comparators are listed where more than one matches."}},
    +[]() -> std::unique_ptr<checker> { return std::make_unique<language>(); },
    false,
    kinds::commands | kinds::untagged | kinds::tagged,
    told::completions};
base::registrar const registered{kind};

}  // namespace
}  // namespace mailrig::check::language
