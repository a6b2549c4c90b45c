// mail_compare: see mail_compare.hpp.
#include "check/mail_compare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "wire/mime/address.hpp"

namespace mailrig::check {
namespace {

using found = std::optional<discrepancy>;
using wire::imap::value;
using wire::mime::part;

std::string shown(value v) { return v.is_nil() ? "NIL" : fmt::format("\"{}\"", base::printable(v.text())); }
std::string shown(std::optional<std::string> const& v) { return v ? fmt::format("\"{}\"", *v) : "NIL"; }

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; });
}

found wrong(std::string_view field, value v, std::string expected) {
  return discrepancy{fmt::format("{} is {}", field, shown(v)), std::move(expected), v.offset()};
}

// --- ENVELOPE --------------------------------------------------------------------------------------------------------

/// Blanks are compared as one: unfolding leaves several ways, and servers take that for all fields.
found text_differs(value v, part const& m, std::string_view name) {
  auto const text = m.value(name);
  if (m.count(name) > 1 || (text && !is_plain(*text))) return std::nullopt;
  if (!text) return v.is_nil() ? std::nullopt : wrong(name, v, "NIL: the field is absent");
  if (text->empty()) return v.is_nil() || v.text().empty() ? std::nullopt : wrong(name, v, "\"\"");
  if (!v.is_nil() && wire::mime::collapsed(v.text()) == wire::mime::collapsed(*text)) return std::nullopt;
  return wrong(name, v, shown(text));
}

/// Message ids as they stand; anything but plain ones, "<a@b> <c@d>", is left alone.
found id_differs(value v, part const& m, std::string_view name) {
  auto const text = m.value(name);
  auto const is_id = [](std::string_view word) {
    return word.starts_with('<') && word.ends_with('>') && word.find_first_of("\"()") == word.npos &&
           std::ranges::count(word, '<') == 1 && std::ranges::count(word, '@') == 1;
  };
  bool const plain = !text || std::ranges::all_of(base::words(*text), is_id);
  return plain ? text_differs(v, m, name) : std::nullopt;
}

bool same(value v, std::optional<std::string> const& wanted) {
  return wanted ? !v.is_nil() && v.text() == *wanted : v.is_nil();
}
bool same_host(value v, std::optional<std::string> const& wanted) {
  return wanted ? !v.is_nil() && base::iequals(v.text(), *wanted) : v.is_nil();
}

found addresses_differ(value v, part const& m, std::string_view name, std::string_view source) {
  auto const text = m.value(source);
  if (m.count(source) > 1) return std::nullopt;
  if (!text) return v.is_nil() ? found() : discrepancy{fmt::format("{} is not NIL", name), "NIL", v.offset()};
  auto const wanted = is_plain(*text) ? wire::mime::read_addresses(*text) : std::nullopt;
  if (!wanted) return std::nullopt;
  auto const expected = fmt::format("the {} addresses of '{}'", wanted->size(), *text);
  if (!v.is_list() || v.size() != wanted->size())
    return discrepancy{fmt::format("{} has {} addresses", name, v.is_list() ? v.size() : 0), expected, v.offset()};
  auto one = v.first();
  for (auto const& a : *wanted) {
    if (!one.is_list() || one.size() != 4 || !same(one.at(0), a.name) || !one.at(1).is_nil() ||
        !same(one.at(2), a.mailbox) || !same_host(one.at(3), a.host))
      return discrepancy{fmt::format("an address of {} is not what the field says", name),
                         fmt::format("({} NIL {} {})", shown(a.name), shown(a.mailbox), shown(a.host)), one.offset()};
    one = one.next();
  }
  return std::nullopt;
}

/// Sender and Reply-To are From where they are absent or empty.
std::string_view or_from(part const& m, std::string_view name) {
  auto const text = m.value(name);
  return text && !text->empty() ? name : "From";
}

// --- BODYSTRUCTURE ---------------------------------------------------------------------------------------------------

found parameters_differ(std::string_view what, value v, wire::mime::value_with_parameters const& wanted, bool may_add) {
  std::size_t told = 0;
  for (auto name = v.is_list() ? v.first() : value(); name; name = name.next().next()) {
    auto const data = name.next();
    auto const at = std::ranges::find(wanted.parameters, base::to_lower(name.text()), &wire::mime::parameter::name);
    if (at == wanted.parameters.end()) {
      if (may_add && name.names("charset") && data.names("us-ascii")) continue;
      return discrepancy{fmt::format("{} has a parameter '{}' that the field lacks", what, name.text()), "",
                         name.offset()};
    }
    ++told;
    // The name of a charset is the same in any letter case (RFC 2046 §4.1.2).
    bool const same = at->name == "charset" ? base::iequals(data.text(), at->value) : data.text() == at->value;
    if (is_plain(at->value) && !same) return wrong(at->name, data, shown(std::optional(at->value)));
  }
  if (told < wanted.parameters.size())
    return discrepancy{fmt::format("{} lacks parameters", what), fmt::format("{} parameters", wanted.parameters.size()),
                       v.offset()};
  return std::nullopt;
}

class structure_reader {
 public:
  explicit structure_reader(bool extended) : extended_(extended) {}

  found compare(value v, part const& p) {
    if (!v.is_list()) return discrepancy{"a body is not a list", "(", v.offset()};
    return p.is_multipart() ? multipart(v, p) : single(v, p);
  }

 private:
  found multipart(value v, part const& p) {
    auto at = v.first();
    for (auto const& child : p.parts) {
      if (!at.is_list())
        return discrepancy{"parts are missing", fmt::format("{} parts", p.parts.size()), at ? at.offset() : v.offset()};
      if (auto bad = compare(at, child)) return bad;
      at = at.next();
    }
    if (!at.names(p.type.subtype)) return wrong("the multipart's subtype", at, p.type.subtype);
    at = at.next();
    if (!extended_ || !at) return std::nullopt;
    if (auto bad = parameters_differ("the multipart", at, p.type, false)) return bad;
    return extension(at.next(), p);
  }

  found single(value v, part const& p) {
    auto at = v.first();
    if (!at.names(p.type.type)) return wrong("the type", at, p.type.type);
    at = at.next();
    if (!at.names(p.type.subtype)) return wrong("the subtype", at, p.type.subtype);
    at = at.next();
    if (auto bad = parameters_differ("the part", at, p.type, p.type.type == "text")) return bad;
    at = at.next();
    if (auto bad = id_differs(at, p, "Content-ID")) return bad;
    at = at.next();
    if (auto bad = text_differs(at, p, "Content-Description")) return bad;
    at = at.next();
    auto const encoding = p.value("Content-Transfer-Encoding").value_or("7bit");
    if (is_word(encoding) && !at.names(encoding)) return wrong("the encoding", at, encoding);
    at = at.next();
    if (at.number() != p.body.size())
      return discrepancy{fmt::format("the size is {}", at.raw()), fmt::format("{} octets", p.body.size()), at.offset()};
    at = at.next();
    if (p.is_message()) {
      if (auto bad = envelope_differs(at, p.parts.front())) return bad;
      at = at.next();
      if (auto bad = compare(at, p.parts.front())) return bad;
      at = at.next();
    }
    if (p.is_message() || p.type.type == "text") {
      if (auto bad = lines(at, p)) return bad;
      at = at.next();
    }
    if (!extended_ || !at) return std::nullopt;
    if (auto bad = text_differs(at, p, "Content-MD5")) return bad;
    return extension(at.next(), p);
  }

  /// A last line without its end may be counted or not.
  static found lines(value v, part const& p) {
    auto const ends = std::uint64_t(std::ranges::count(p.body, '\n'));
    bool const open = !p.body.empty() && !p.body.ends_with('\n');
    if (v.number() == ends || (open && v.number() == ends + 1)) return std::nullopt;
    return discrepancy{fmt::format("{} lines", v.raw()), fmt::format("{} lines", ends), v.offset()};
  }

  /// Disposition, language, location; each may be left out with all after it.
  static found extension(value v, part const& p) {
    if (!v) return std::nullopt;
    if (auto const text = p.value("Content-Disposition")) {
      auto const wanted = wire::mime::read_parameters(*text, false);
      if (wanted) {
        if (!v.is_list() || !v.at(0).names(wanted->type))
          return discrepancy{"the disposition", wanted->type, v.offset()};
        if (auto bad = parameters_differ("the disposition", v.at(1), *wanted, false)) return bad;
      }
    } else if (!v.is_nil()) {
      return discrepancy{"a disposition where the part has none", "NIL", v.offset()};
    }
    v = v.next();
    if (!v) return std::nullopt;
    if (auto bad = languages_differ(v, p)) return bad;
    v = v.next();
    return v ? text_differs(v, p, "Content-Location") : std::nullopt;
  }

  /// One tag, or a list of them (RFC 3282 §2); their letter case says nothing.
  static found languages_differ(value v, part const& p) {
    auto const text = p.value("Content-Language");
    if (!text) return v.is_nil() ? found() : wrong("the language", v, "NIL");
    std::vector<std::string> wanted, told;
    for (auto tag : base::split(*text, ',')) wanted.emplace_back(base::to_lower(base::trim(tag)));
    if (!std::ranges::all_of(wanted, [](auto const& tag) { return !tag.empty() && is_word(tag); }))
      return v.is_nil() ? wrong("the language", v, *text) : found();
    for (auto one = v.is_list() ? v.first() : value(); one; one = one.next())
      told.push_back(base::to_lower(one.text()));
    if (!v.is_list() && !v.is_nil()) told.push_back(base::to_lower(v.text()));
    return told == wanted ? found() : wrong("the language", v, *text);
  }

  static bool is_word(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
      return base::lower(c) >= 'a' ? base::lower(c) <= 'z' : c == '-' || (c >= '0' && c <= '9');
    });
  }

  bool extended_;
};

}  // namespace

found envelope_differs(value v, part const& m) {
  if (!v.is_list() || v.size() != 10) return std::nullopt;  // the grammar checker says so
  if (auto bad = text_differs(v.at(0), m, "Date")) return bad;
  if (auto bad = text_differs(v.at(1), m, "Subject")) return bad;
  if (auto bad = addresses_differ(v.at(2), m, "From", "From")) return bad;
  if (auto bad = addresses_differ(v.at(3), m, "Sender", or_from(m, "Sender"))) return bad;
  if (auto bad = addresses_differ(v.at(4), m, "Reply-To", or_from(m, "Reply-To"))) return bad;
  if (auto bad = addresses_differ(v.at(5), m, "To", "To")) return bad;
  if (auto bad = addresses_differ(v.at(6), m, "Cc", "Cc")) return bad;
  if (auto bad = addresses_differ(v.at(7), m, "Bcc", "Bcc")) return bad;
  if (auto bad = id_differs(v.at(8), m, "In-Reply-To")) return bad;
  return id_differs(v.at(9), m, "Message-ID");
}

found structure_differs(value v, part const& m, bool extended) {
  if (!m.certain) return std::nullopt;
  return structure_reader(extended).compare(v, m);
}

}  // namespace mailrig::check
