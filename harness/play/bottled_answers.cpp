// bottled_answers: what a bottled_session says of mailboxes and messages, put together from what the trace tells of
// them.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/quoted.hpp"
#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "model/list_pattern.hpp"
#include "play/bottled_session.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::play {

using wire::imap::sequence_set;

// --- mailboxes -------------------------------------------------------------------------------------------------------

/// As it was answered first; its status has the client's tag.
std::optional<bottled_session::answer> bottled_session::select(wire::imap::command const& c) const {
  auto const* box = store_.find(model::canonical_mailbox(c.arg(0)));
  if (!box || box->status.empty()) return std::nullopt;
  auto status = box->status;
  if (auto const at = status.find("[READ-WRITE]"); c.name == "EXAMINE" && at != status.npos)
    status.replace(at, 12, "[READ-ONLY]");
  return answer{box->opening + c.tag + status};
}

std::optional<std::string> bottled_session::counts(wire::imap::command const& c) const {
  auto const* box = store_.find(model::canonical_mailbox(c.arg(0)));
  auto items = c.arg(1);
  if (!box || !items.starts_with('(') || !items.ends_with(')')) return std::nullopt;
  std::string out;
  for (auto const item : base::words(items.substr(1, items.size() - 2))) {
    auto const known = box->counts.find(base::to_upper(item));
    if (known == box->counts.end()) return std::nullopt;
    out += fmt::format("{}{} {}", out.empty() ? "" : " ", known->first, known->second);
  }
  return fmt::format("* STATUS {} ({})\r\n", base::quoted(c.arg(0)), out);
}

std::optional<std::string> bottled_session::list(wire::imap::command const& c) const {
  auto const asked = model::list_request::of(c);
  if (!asked) return std::nullopt;
  auto const separator = store_.delimiter();
  if (asked->is_only("")) {
    auto const shown = separator ? fmt::format("\"{}{}\"", *separator == '\\' ? "\\" : "", *separator) : "NIL";
    return fmt::format("* {} (\\Noselect) {} \"\"\r\n", c.name, shown);
  }
  if (store_.listed().empty()) return std::nullopt;
  std::string out;
  for (auto const& [name, line] : store_.listed())
    if (asked->matches(name, separator)) out += fmt::format("* {} {}\r\n", c.name, line);
  return out;
}

// --- messages --------------------------------------------------------------------------------------------------------

bottled_session::named bottled_session::named_by(std::string_view set, bool by_uid) const {
  named out{sequence_set::parse(set), by_uid, std::uint32_t(row_.size())};
  if (by_uid) out.largest = 0;
  for (auto const& m : row_)
    if (by_uid) out.largest = std::max(out.largest, m->uid);
  return out;
}

/// UIDs that nobody told name none.
bool bottled_session::is_named(named const& by, std::size_t number) const {
  auto const n = by.by_uid ? row_[number - 1]->uid : std::uint32_t(number);
  return by.set && n != 0 && by.set->contains(n, by.largest);
}

/// Whether the trace tells of each message if it is named. UIDs ascend: one that nobody told lies between those of its
/// neighbours.
bool bottled_session::is_decided(named const& by) const {
  if (!by.by_uid || !by.set) return true;
  auto const ranges = by.set->in_order();
  std::uint32_t below = 0;
  for (auto at = row_.begin(); at != row_.end(); ++at) {
    if ((*at)->uid != 0) {
      below = (*at)->uid;
      continue;
    }
    auto const next = std::find_if(at, row_.end(), [](auto const& m) { return m->uid != 0; });
    if (next == row_.end() && by.set->has_star()) return false;
    auto const above = next == row_.end() ? wire::imap::sequence_set::star : (*next)->uid;
    for (auto const& r : ranges)
      if (std::max(r.low, below + 1) <= std::min(r.high, above - 1)) return false;
    if (next == row_.end()) return true;
    at = next - 1;
  }
  return true;
}

std::optional<std::string> bottled_session::fetch(wire::imap::command const& c) const {
  auto const items = model::requested_items(c);
  auto const asked = named_by(c.arg(0), c.uid);
  if (items.empty() || !is_decided(asked)) return std::nullopt;
  std::string out;
  for (std::size_t n = 1; n <= row_.size(); ++n) {
    if (!is_named(asked, n)) continue;
    std::string said;
    std::set<std::string> told;
    for (auto const& item : items) {
      if (!told.insert(item.label).second) continue;
      auto const value = item_of(n, item);
      if (!value) return std::nullopt;
      said += fmt::format("{}{} {}", said.empty() ? "" : " ", item.label, *value);
    }
    out += fmt::format("* {} FETCH ({})\r\n", n, said);
  }
  return out;
}

namespace {

/// The octets of a string as it is spelled; nothing: it is NIL or none.
std::optional<std::string> octets_of(std::string_view value) {
  if (value.starts_with('~')) value.remove_prefix(1);
  auto const end = value.find("}\r\n");
  if (value.starts_with('{') && end != value.npos) return std::string(value.substr(end + 3));
  if (value.size() < 2 || !value.starts_with('"')) return std::nullopt;
  std::string out;
  for (std::size_t i = 1; i + 1 < value.size(); ++i) {
    if (value[i] == '\\') ++i;
    out += value[i];
  }
  return out;
}

std::string literal(std::string_view octets) { return fmt::format("{{{}}}\r\n{}", octets.size(), octets); }

/// The fields of a head that are named, or that are not.
std::string fields_of(std::string_view head, std::string_view names, bool those) {
  std::set<std::string> wanted;
  for (auto const n : base::words(names)) wanted.insert(base::to_upper(n));
  std::string out;
  bool takes = false;
  while (!head.empty()) {
    auto const end = std::min(head.find('\n'), head.size() - 1) + 1;
    auto const line = head.substr(0, end);
    head.remove_prefix(end);
    if (line == "\r\n") break;
    bool const folded = line.starts_with(' ') || line.starts_with('\t');
    if (!folded) takes = wanted.contains(base::to_upper(base::trim(line.substr(0, line.find(':'))))) == those;
    if (takes) out += line;
  }
  return out + "\r\n";
}

/// What is between its brackets, of a label that has them.
std::string_view section_of(std::string_view label) {
  auto const open = label.find('['), close = label.rfind(']');
  return open == label.npos || close == label.npos ? "?" : label.substr(open + 1, close - open - 1);
}

}  // namespace

std::optional<std::string> part_of_letter(std::string_view letter, std::string_view section) {
  auto const blank = letter.find("\r\n\r\n");
  auto const head = letter.substr(0, blank == letter.npos ? letter.size() : blank + 4);
  if (section.empty()) return std::string(letter);
  if (section == "HEADER") return std::string(head);
  if (section == "TEXT") return std::string(letter.substr(head.size()));
  for (auto const& [word, those] : {std::pair("HEADER.FIELDS (", true), std::pair("HEADER.FIELDS.NOT (", false)})
    if (section.starts_with(word) && section.ends_with(')')) {
      auto const names = section.substr(std::string_view(word).size());
      return fields_of(head, names.substr(0, names.size() - 1), those);
    }
  return std::nullopt;
}

/// As it was told; else as what was told of the whole message has it.
std::optional<std::string> bottled_session::item_of(std::size_t number, model::requested_item const& item) const {
  auto const& m = *row_[number - 1];
  auto const& label = item.label;
  if (label == "UID") return m.uid ? std::optional(std::to_string(m.uid)) : std::nullopt;
  if (label == "FLAGS") {
    auto const told = flags(number);
    return told.empty() ? std::nullopt : std::optional(told);
  }
  auto const value_of = [&](std::string const& of) -> std::optional<std::string> {
    auto const at = m.items.find(of);
    return at == m.items.end() ? std::nullopt : std::optional(at->second);
  };
  if (auto told = value_of(label); told && !item.partial_length) return told;
  auto const whole = value_of("BODY[]") ? value_of("BODY[]") : value_of("RFC822");
  auto const letter = whole ? octets_of(*whole) : std::nullopt;
  if (label == "RFC822.SIZE" && letter) return std::to_string(letter->size());
  if (label == "RFC822" && letter) return literal(*letter);
  for (auto const& [old, now] : {std::pair("RFC822.HEADER", "HEADER"), std::pair("RFC822.TEXT", "TEXT")})
    if (label == old && letter) return literal(*part_of_letter(*letter, now));
  if (!label.starts_with("BODY[")) return std::nullopt;
  // A part of what was told whole.
  auto const mark = label.rfind('<');
  auto const own = label.substr(0, label.rfind(']') + 1);
  auto part = value_of(own) ? octets_of(*value_of(own)) : std::nullopt;
  if (!part && letter) part = part_of_letter(*letter, section_of(label));
  if (!part) return std::nullopt;
  if (mark == label.npos || mark < own.size()) return literal(*part);
  auto const from = std::min<std::uint64_t>(
      base::number(std::string_view(label).substr(mark + 1, label.size() - mark - 2)).value_or(0), part->size());
  return literal(part->substr(from, item.partial_length.value_or(part->size())));
}

// --- searching -------------------------------------------------------------------------------------------------------

/// Nothing: the trace does not tell.
std::optional<std::vector<bottled_session::search_key>> bottled_session::search_keys(
    std::span<wire::imap::argument const> keys) const {
  static constexpr std::string_view flagged[] = {"SEEN", "ANSWERED", "FLAGGED", "DELETED", "DRAFT", "RECENT"};
  std::vector<search_key> out;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto& one = out.emplace_back();
    auto key = base::to_upper(keys[i].text);
    one.wanted = key != "NOT";
    if (!one.wanted && ++i < keys.size()) key = base::to_upper(keys[i].text);
    one.set = !key.starts_with("UN");
    auto const flag = std::ranges::find(flagged, std::string_view(key).substr(one.set ? 0 : 2));
    if (flag != std::end(flagged)) {
      one.flag = fmt::format("\\{}", *flag);
    } else if (key == "UID" && i + 1 < keys.size()) {
      one.numbers = named_by(keys[++i].text, true);
      if (!is_decided(*one.numbers)) return std::nullopt;
    } else if (sequence_set::parse(key)) {
      one.numbers = named_by(key, false);
    } else if (key != "ALL") {
      return std::nullopt;
    }
  }
  return out;
}

/// Whether all keys hold of the message; nothing: the trace does not tell.
std::optional<bool> bottled_session::fits(std::vector<search_key> const& keys, std::size_t number) const {
  bool all = true;
  for (auto const& key : keys) {
    bool holds = true;
    if (!key.flag.empty()) {
      auto const told = base::to_upper(flags(number));
      if (told.empty()) return std::nullopt;
      holds = (told.find(key.flag) != told.npos) == key.set;
    } else if (key.numbers) {
      holds = is_named(*key.numbers, number);
    }
    all = all && holds == key.wanted;
  }
  return all;
}

std::optional<std::string> bottled_session::search(wire::imap::command const& c) const {
  std::span<wire::imap::argument const> keys = c.arguments;
  if (keys.size() > 2 && base::iequals(keys[0].text, "CHARSET")) keys = keys.subspan(2);
  if (keys.empty()) return std::nullopt;
  std::string out = "* SEARCH";
  if (row_.empty()) return out + "\r\n";
  auto const wanted = search_keys(keys);
  if (!wanted) return std::nullopt;
  for (std::size_t n = 1; n <= row_.size(); ++n) {
    auto const here = fits(*wanted, n);
    if (!here || (*here && c.uid && row_[n - 1]->uid == 0)) return std::nullopt;
    if (*here) out += fmt::format(" {}", c.uid ? row_[n - 1]->uid : n);
  }
  return out + "\r\n";
}

}  // namespace mailrig::play
