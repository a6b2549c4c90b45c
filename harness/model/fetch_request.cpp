// fetch_request: see fetch_request.hpp.
#include "model/fetch_request.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::model {
namespace {

/// Past the quoted string or literal that begins at `at`, or `at` where none does; its octets are added to `value`.
std::size_t past_string(std::string_view text, std::size_t at, std::string* value = nullptr) {
  if (text[at] == '"') {
    auto end = at + 1;
    for (; end < text.size() && text[end] != '"'; ++end) {
      if (text[end] == '\\') ++end;
      if (value && end < text.size()) *value += text[end];
    }
    return std::min(end + 1, text.size());
  }
  auto const mark = text[at] == '{' ? text.find("}\r\n", at) : text.npos;
  if (mark == text.npos) return at;
  auto const digits = text.substr(at + 1, mark - at - 1);
  auto const size = base::number(digits.substr(0, digits.find('+')));
  if (!size) return at;
  auto const octets = text.substr(mark + 3, std::size_t(*size));
  if (value) value->append(octets);
  return mark + 3 + octets.size();
}

/// Words at depth 0 of brackets, parentheses and angle brackets.
std::vector<std::string_view> item_words(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && (text[i] == '"' || text[i] == '{'))
      if (auto const end = past_string(text, i); end != i) i = end;
    if (i == text.size() || (text[i] == ' ' && depth == 0)) {
      if (i > begin) out.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    } else {
      depth += (text[i] == '[' || text[i] == '(') - (text[i] == ']' || text[i] == ')');
    }
  }
  return out;
}

requested_item read_item(std::string_view word) {
  requested_item out;
  auto label = canonical_label(word);
  for (std::string_view peek : {"BODY.PEEK[", "BINARY.PEEK["})
    if (label.starts_with(peek)) {
      label.erase(peek.size() - 6, 5);
      out.peeks = true;
    }
  if (label.ends_with('>')) {
    auto const open = label.rfind('<'), dot = label.rfind('.');
    if (open != label.npos && dot != label.npos && dot > open) {
      out.partial_length = base::number(std::string_view(label).substr(dot + 1, label.size() - dot - 2));
      label = label.substr(0, dot) + ">";
    }
  }
  out.label = label;
  return out;
}

}  // namespace

namespace {

/// header-fld-name is an astring (RFC 3501 §9): an atom, quoted or a literal.
bool has_strings(std::string_view label) { return label.find('"') != label.npos || label.find('{') != label.npos; }

}  // namespace

std::string canonical_label(std::string_view label) {
  if (!has_strings(label)) return base::to_upper(label);
  std::string out;
  for (std::size_t i = 0; i < label.size();) {
    auto const end = past_string(label, i, &out);
    if (end == i) out += label[i];
    i = std::max(end, i + 1);
  }
  return base::to_upper(out);
}

bool is_label(std::string_view label, std::string_view canonical) {
  if (label.empty() || canonical.empty()) return label.empty() && canonical.empty();
  // What canonical_label makes begins with the same letter, where no string does, and is no longer.
  bool const begins_string = label[0] == '"' || label[0] == '{';
  if (label.size() < canonical.size() || (!begins_string && base::upper(label[0]) != canonical[0])) return false;
  return has_strings(label) ? canonical_label(label) == canonical : base::iequals(label, canonical);
}

std::vector<requested_item> requested_items(wire::imap::command const& fetch) {
  auto text = fetch.arg(1);
  if (text.starts_with('(') && text.ends_with(')')) text = text.substr(1, text.size() - 2);
  std::vector<requested_item> out;
  for (auto word : item_words(text)) {
    if (word.starts_with('(')) continue;  // a modifier of the item before it, like PREVIEW (LAZY) (RFC 8970 §3.2)
    auto macro = [&](std::initializer_list<char const*> labels) {
      for (auto const* l : labels) out.push_back({l, std::nullopt});
    };
    if (base::iequals(word, "FAST"))
      macro({"FLAGS", "INTERNALDATE", "RFC822.SIZE"});
    else if (base::iequals(word, "ALL"))
      macro({"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"});
    else if (base::iequals(word, "FULL"))
      macro({"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"});
    else
      out.push_back(read_item(word));
  }
  if (fetch.uid) out.push_back({"UID", std::nullopt});
  return out;
}

bool sets_seen(wire::imap::command const& fetch) {
  return std::ranges::any_of(requested_items(fetch), [](requested_item const& item) {
    auto const& label = item.label;
    return !item.peeks &&
           (label.starts_with("BODY[") || label.starts_with("BINARY[") || label == "RFC822" || label == "RFC822.TEXT");
  });
}

std::optional<octet_range> told_range(imap_session const& s, std::string_view label) {
  auto const open = label.ends_with('>') ? label.rfind('<') : label.npos;
  auto const* fetch = s.in_progress.size() == 1 ? s.running("FETCH") : nullptr;
  if (open == label.npos || !fetch) return std::nullopt;
  auto const from = base::number(label.substr(open + 1, label.size() - open - 2));
  auto const items = requested_items(fetch->sent);
  auto const asked = std::ranges::find(items, label, &requested_item::label);
  bool const once = std::ranges::count(items, label, &requested_item::label) == 1;
  if (!from || !once || !asked->partial_length) return std::nullopt;
  return octet_range{std::size_t(*from), std::size_t(*asked->partial_length)};
}

std::optional<std::set<std::string>> told_flags(wire::imap::response const& fetch) {
  std::optional<std::set<std::string>> out;
  for_each_item(fetch, [&](auto name, auto data) {
    if (!name.names("FLAGS")) return;
    out.emplace();
    for (auto f = data.first(); f; f = f.next())
      if (!f.names("\\Recent")) out->insert(base::to_lower(f.raw()));
  });
  return out;
}

std::optional<std::string> told_flag_words(wire::imap::response const& fetch) {
  std::optional<std::string> out;
  for_each_item(fetch, [&](auto name, auto data) {
    if (!name.names("FLAGS")) return;
    out.emplace();
    auto const one = data.first();
    if (one && !one.next()) {
      if (!one.names("\\Recent")) *out = base::to_lower(one.raw());
      return;
    }
    std::set<std::string> all;
    for (auto f = one; f; f = f.next())
      if (!f.names("\\Recent")) all.insert(base::to_lower(f.raw()));
    for (auto const& f : all) (out->empty() ? * out : * out += ' ') += f;
  });
  return out;
}

std::uint32_t told_uid(imap_session const& s, wire::imap::response const& fetch) {
  if (fetch.number < 1 || fetch.number > s.view.size()) return 0;
  auto uid = s.view.at(fetch.number).uid;
  for_each_item(fetch, [&](auto name, auto data) {
    if (name.names("UID")) uid = std::uint32_t(data.number().value_or(uid));
  });
  return uid;
}

std::vector<slot> named_slots(imap_session const& s, wire::imap::command const& c) {
  std::vector<slot> out;
  if (c.arg(0) == "$" && s.saved.messages() && !names_unknown(s, c))
    for (auto const serial : *s.saved.messages())
      if (auto const n = s.view.number_of(serial)) out.push_back(s.view.at(*n));
  auto const set = wire::imap::sequence_set::parse(c.arg(0));
  if (!set) return out;
  auto const& slots = s.view.slots();
  if (c.uid) {
    // "*" is the last message, and which UID that has may not have been told.
    bool const last_known = slots.empty() || slots.back().uid != 0;
    auto const largest = last_known ? s.view.largest_uid() : wire::imap::sequence_set::star;
    for (auto const& m : slots)
      if (m.uid != 0 && set->contains(m.uid, largest)) out.push_back(m);
  } else {
    for (std::size_t n = 1; n <= slots.size(); ++n)
      if (set->contains(std::uint32_t(n), std::uint32_t(slots.size()))) out.push_back(slots[n - 1]);
  }
  return out;
}

bool names_unknown(imap_session const& s, wire::imap::command const& c) {
  if (c.name == "FETCH" && base::to_upper(c.arg(2)).find("PARTIAL ") != std::string::npos) return true;
  if (c.arg(0) != "$" || c.arguments.front().string) return false;
  auto const saves = [](imap_command const& one) { return saved_search::saves(one.sent); };
  return !s.saved.messages() || std::ranges::any_of(s.in_progress, saves);
}

}  // namespace mailrig::model
