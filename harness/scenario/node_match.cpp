// node_match: see node_match.hpp.
#include "scenario/node_match.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/beginning.hpp"
#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/internal_date.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::scenario {

using node = pattern_node;
using wire::imap::node_kind;
using wire::imap::value;

namespace {

/// Does `text` say the same as the pattern's word? Sets of numbers compare as sets.
bool same_word(std::string_view wanted, std::string_view text) {
  if (base::iequals(wanted, text)) return true;
  if (wanted.find_first_of(":,") == wanted.npos && text.find_first_of(":,") == text.npos) return false;
  auto const a = wire::imap::sequence_set::parse(wanted), b = wire::imap::sequence_set::parse(text);
  if (!a || !b) return false;
  auto x = a->expand(10000), y = b->expand(10000);
  if (!x || !y) return false;
  std::ranges::sort(*x);
  std::ranges::sort(*y);
  return *x == *y;
}

/// number is 1*DIGIT (RFC 3501 §9): zeros before it say nothing.
bool same_number(std::string_view wanted, std::string_view text) {
  auto const a = base::number(wanted), b = base::number(text);
  return a && b && *a == *b;
}

}  // namespace

bool match_text(node const& n, std::string const& text, bool nil, values& v) {
  switch (n.what) {
    case node::kind::anything:
    case node::kind::rest: return true;
    case node::kind::variable: {
      auto const [bound, fresh] = v.names.try_emplace(n.text, text);
      if (fresh) v.fresh.push_back(n.text);
      return fresh || same_word(bound->second, text);
    }
    case node::kind::quoted: {
      auto const expanded = v.expand(n.text);
      return !nil && expanded && text == *expanded;
    }
    case node::kind::octets: return !nil && text == n.text;
    case node::kind::word: {
      if (base::iequals(n.text, "NIL")) return nil;
      if (nil) return false;
      if (auto const known = v.mail_value(n.text)) return text == *known;
      auto const expanded = v.expand(n.text);
      return expanded && same_word(*expanded, text);
    }
    default: return false;
  }
}

std::string brief(value v) {
  if (!v) return "nothing";
  if (v.is_nil()) return "NIL";
  auto text = base::beginning_of(v.raw(), 60);
  if (v.raw().size() > 60) text += "...";
  return v.is_string() ? fmt::format("\"{}\"", text) : text;
}

namespace {

std::string brief(node const& n) {
  switch (n.what) {
    case node::kind::list: {
      std::string out = "(";
      for (auto const& c : n.children) out += (out.size() > 1 ? " " : "") + brief(c);
      return out.size() > 60 ? out.substr(0, 60) + "..." : out + ")";
    }
    case node::kind::octets:
    case node::kind::quoted: return fmt::format("\"{}\"", base::printable(n.text).substr(0, 60));
    case node::kind::variable: return "$" + n.text;
    case node::kind::slot: return "@" + n.text;
    default: return n.text;
  }
}

}  // namespace

std::string brief(node const& n, values const& names) {
  auto const text = brief(n);
  if (n.what == node::kind::variable) {
    auto const bound = names.names.find(n.text);
    return bound == names.names.end() ? text : bound->second;
  }
  if (auto const known = names.mail_value(text)) return base::printable(*known).substr(0, 60);
  auto const expanded = n.what == node::kind::octets ? base::result<std::string>(text) : names.expand(text);
  return expanded ? *expanded : text;
}

std::string brief_in_maildrop(node const& n, values const& names) {
  auto const known = names.meant_in_maildrop(n.text);
  if (known.size() == 1) return base::printable(known[0]).substr(0, 60);
  return known.empty() ? brief(n, names) : n.text;
}

bool match_in_maildrop(node const& n, std::string const& text, values& v) {
  auto const fits = n.what == node::kind::word
                        ? v.in_maildrop(n.text, [&](std::string const& value) { return value == text; })
                        : std::nullopt;
  return fits ? *fits : match_text(n, text, false, v);
}

namespace {

/// What is bound and compared: a number without the zeros before it, else what it says.
std::string plain_text(value v) {
  if (v.kind() != node_kind::number) return v.text();
  auto const n = base::number(v.raw());
  return n ? std::to_string(*n) : v.text();
}

}  // namespace

bool match_value(node const& n, value v, values& names) {
  if (!v) return n.what == node::kind::rest;
  if (n.what == node::kind::anything) return true;
  near_miss inner{{}, 0, false};
  if (v.is_list()) return n.what == node::kind::list && match_sequence(n.children, 0, v.first(), names, inner);
  if (n.what == node::kind::list) return false;
  if (v.kind() == node_kind::section)
    return n.what == node::kind::word && model::canonical_label(n.text) == model::canonical_label(v.raw());
  if (match_text(n, plain_text(v), v.is_nil(), names)) return true;
  if (v.is_string() || v.is_nil()) return false;
  auto const known = names.mail_value(n.text);
  auto const wanted = known ? base::result<std::string>(*known) : names.expand(n.text);
  return n.what == node::kind::word && wanted && same_number(*wanted, v.raw());
}

bool match_sequence(std::vector<node> const& wanted, std::size_t from, value v, values& names, near_miss& m) {
  for (std::size_t i = from; i < wanted.size(); ++i, v = v.next()) {
    if (wanted[i].what == node::kind::rest) return true;
    if (!v) return m.differs([&] { return fmt::format("{} is missing", brief(wanted[i], names)); });
    if (!match_value(wanted[i], v, names))
      return m.differs([&] { return fmt::format("{} stands where {} should", brief(v), brief(wanted[i], names)); });
    m.agrees();
  }
  return !v || m.differs([&] { return fmt::format("{} is too much", brief(v)); });
}

bool match_set(std::vector<node> const& wanted, value v, values& names, bool exact, std::string_view where,
               near_miss& m) {
  std::vector<value> there;
  for (; v; v = v.next()) there.push_back(v);
  std::vector<bool> used(there.size());
  bool open = false;
  for (auto const& n : wanted) {
    if (n.what == node::kind::rest) {
      open = true;
      continue;
    }
    bool found = false;
    for (std::size_t i = 0; i < there.size() && !found; ++i)
      if (!used[i] && match_value(n, there[i], names)) used[i] = found = true;
    if (!found) return m.differs([&] { return fmt::format("{} lacks {}", where, brief(n, names)); });
    m.agrees();
  }
  if (!exact || open) return true;
  for (std::size_t i = 0; i < there.size(); ++i)
    if (!used[i] && !there[i].names("\\Recent"))
      return m.differs([&] { return fmt::format("{} has {} too", where, brief(there[i])); });
  return true;
}

bool match_pairs(std::vector<node> const& w, std::size_t from, value first, values& names, near_miss& m) {
  for (auto i = from; i < w.size(); i += 2) {
    if (w[i].what == node::kind::rest) return true;
    if (i + 1 >= w.size())
      return m.differs([&] { return fmt::format("the pattern says nothing about {}", brief(w[i])); });
    near_miss inner{{}, 0, m.read};
    bool found = false;
    for (auto v = first; v && !found; v = v.next().next()) {
      if (model::canonical_label(v.raw()) != model::canonical_label(w[i].text)) continue;
      auto const data = v.next();
      bool const flags = base::iequals(w[i].text, "FLAGS") && w[i + 1].what == node::kind::list && data.is_list();
      if (auto const wanted_date =
              base::iequals(w[i].text, "INTERNALDATE") ? wire::imap::instant_of(w[i + 1].text) : std::nullopt) {
        found = wire::imap::instant_of(data.raw()) == wanted_date;
      } else if (flags) {
        found = match_set(w[i + 1].children, data.first(), names, true, "FLAGS", inner);
      } else if (w[i + 1].what == node::kind::list && data.is_list()) {
        found = match_sequence(w[i + 1].children, 0, data.first(), names, inner);
        if (!found && inner.read) inner.what = fmt::format("in {}: {}", w[i].text, inner.what);
      } else {
        found = match_value(w[i + 1], data, names);
      }
      if (!found)
        inner.differs([&] { return fmt::format("{} is {}, not {}", w[i].text, brief(data), brief(w[i + 1], names)); });
    }
    if (!found)
      return m.differs([&] { return inner.what.empty() ? fmt::format("{} is missing", w[i].text) : inner.what; });
    m.agrees(2);
  }
  return true;
}

}  // namespace mailrig::scenario
