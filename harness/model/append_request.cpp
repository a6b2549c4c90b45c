// append_request: see append_request.hpp.
#include "model/append_request.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/list_options.hpp"
#include "wire/imap/mutf7.hpp"

namespace mailrig::model {
namespace {

/// Behind what is copied or replaced.
std::size_t place_of_target(wire::imap::command const& c) { return c.name == "APPEND" ? 0 : 1; }

/// It was a literal, and its octets are all there.
bool kept_whole(std::vector<wire::imap::client_literal> const& literals, std::string_view text) {
  return std::ranges::find(literals, text.size(), &wire::imap::client_literal::size) != literals.end();
}

/// Octets of one of the literals are missing, so that what follows it cannot be told from it.
bool left_out(std::vector<wire::imap::client_literal> const& literals) {
  constexpr auto most = wire::imap::command_reader::kept_literal;
  return std::ranges::any_of(literals, [](auto const& one) { return one.size > most; });
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    auto const digit = [&](std::size_t n) {
      auto const found = n < text.size() ? std::string_view("0123456789ABCDEF").find(base::to_upper(text.substr(n, 1)))
                                         : std::string_view::npos;
      return found == std::string_view::npos ? -1 : int(found);
    };
    auto const high = digit(at + 1), low = digit(at + 2);
    if (high < 0 || low < 0) return std::nullopt;
    out += char(high * 16 + low);
    at += 2;
  }
  return out;
}

/// One of the URL's ";NAME=value" segments.
bool read_segment(std::string_view name, std::string_view value, message_url& out) {
  auto const number = base::number(value);
  if (name == "UIDVALIDITY" && number) return out.uidvalidity = *number, true;
  if (name == "UID" && number && *number <= 0xFFFFFFFF) return out.uid = std::uint32_t(*number), true;
  if (name == "SECTION") {
    auto const section = percent_decoded(value);
    if (section) out.section = base::to_upper(*section);
    return section.has_value();
  }
  if (name != "PARTIAL") return false;
  auto const dot = value.find('.');
  out.offset = base::number(value.substr(0, dot));
  if (dot != value.npos) out.length = base::number(value.substr(dot + 1));
  return out.offset && (dot == value.npos || out.length);
}

/// RFC 6855 §4: "(" literal8 ")".
std::optional<std::string> wide_text(std::string_view list) {
  if (!list.starts_with('(')) return std::nullopt;
  auto const one = elements_of(list);
  return one.size() == 1 && one[0].string ? std::optional(one[0].text) : std::nullopt;
}

bool read_pieces(std::string_view list, appended_message& out) {
  auto const words = elements_of(list);
  if (words.size() % 2 != 0 || words.empty()) return false;
  for (std::size_t n = 0; n < words.size(); n += 2) {
    bool const url = base::iequals(words[n].text, "URL");
    if (auto const wide = base::iequals(words[n].text, "UTF8") ? wide_text(words[n + 1].text) : std::nullopt) {
      out.pieces.push_back({false, *wide});
      continue;
    }
    if (!url && !base::iequals(words[n].text, "TEXT")) return false;
    out.pieces.push_back({url, words[n + 1].text});
  }
  return true;
}

}  // namespace

std::optional<message_url> message_url::of(std::string_view text) {
  message_url out;
  bool const rooted = text.starts_with('/') && !text.starts_with("//");
  if (text.find("://") != text.npos || text.starts_with("//")) return std::nullopt;
  auto rest = rooted ? text.substr(1) : text;
  auto const semicolon = rest.find(';');
  if (semicolon == rest.npos) return std::nullopt;
  auto box = rest.substr(0, semicolon);
  if (box.ends_with('/')) box.remove_suffix(1);
  if (!rooted && !box.empty()) return std::nullopt;  // what it is relative to depends on the selected mailbox's levels
  if (rooted && box.empty()) return std::nullopt;
  if (!box.empty()) {
    auto const name = percent_decoded(box);
    auto const coded = name ? wire::imap::encode_mutf7(*name) : base::result<std::string>(std::string());
    if (!name || !coded) return std::nullopt;
    out.mailbox = *coded;
  }
  for (auto segment : base::split(rest.substr(semicolon + 1), ';')) {
    if (segment.ends_with('/')) segment.remove_suffix(1);
    auto const equals = segment.find('=');
    if (equals == segment.npos) return std::nullopt;
    if (!read_segment(base::to_upper(segment.substr(0, equals)), segment.substr(equals + 1), out)) return std::nullopt;
  }
  return out.uid != 0 ? std::optional(out) : std::nullopt;
}

bool uploads_mail(wire::imap::command const& c) { return c.name == "APPEND" || c.name == "REPLACE"; }
bool brings_mail(wire::imap::command const& c) { return uploads_mail(c) || c.name == "COPY" || c.name == "MOVE"; }
std::string_view target_of(wire::imap::command const& c) {
  return brings_mail(c) ? c.arg(place_of_target(c)) : std::string_view();
}

std::vector<wire::imap::client_literal> uploads(wire::imap::command const& append) {
  auto out = wire::imap::client_literals(append.octets);
  auto name = std::string::size_type(0);
  for (auto words = 2 + place_of_target(append) + append.uid; words > 0; --words)
    name = append.octets.find(' ', name) + 1;
  if (!out.empty() && out.front().offset == name) out.erase(out.begin());
  return out;
}

std::optional<std::vector<appended_message>> appended_messages(wire::imap::command const& append) {
  auto const literals = wire::imap::client_literals(append.octets);
  if (left_out(literals)) return std::nullopt;
  std::vector<appended_message> out;
  appended_message m;
  bool begun = false, utf8 = false;
  for (std::size_t n = 1 + place_of_target(append); n < append.arguments.size(); ++n) {
    auto const& a = append.arguments[n];
    bool const list = !a.string && a.text.starts_with('(');
    bool const last_word = n + 1 == append.arguments.size();
    if (list && utf8) {
      auto const text = wide_text(a.text);
      if (!text) return std::nullopt;
      m.pieces.push_back({false, *text});
      m.whole = kept_whole(literals, *text);
      utf8 = false;
    } else if (!list && !a.string && base::iequals(a.text, "UTF8")) {
      utf8 = begun = true;
      continue;
    } else if (list && m.catenated) {
      if (!read_pieces(a.text, m)) return std::nullopt;
      for (auto const& p : m.pieces) m.whole = m.whole && (p.url || kept_whole(literals, p.text));
    } else if (list && !begun) {
      m.flags = a.text;
      begun = true;
      continue;
    } else if (!a.string && base::iequals(a.text, "CATENATE")) {
      m.catenated = begun = true;
      continue;
    } else if (a.string && !m.date && !last_word && a.text.size() == 26 && a.text[2] == '-' && a.text[6] == '-') {
      m.date = a.text;
      begun = true;
      continue;
    } else if (a.string && !m.catenated) {
      m.pieces.push_back({false, a.text});
      m.whole = kept_whole(literals, a.text);
    } else {
      return std::nullopt;
    }
    out.push_back(std::move(m));
    m = {};
    begun = false;
  }
  if (begun || out.empty()) return std::nullopt;
  return out;
}

}  // namespace mailrig::model
