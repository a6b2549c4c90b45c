// search_oracle: see search_oracle.hpp.
#include "model/search_oracle.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "wire/imap/internal_date.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::model {
namespace {

using wire::imap::argument;
using wire::mime::part;

// --- reading ---------------------------------------------------------------------------------------------------------

constexpr std::string_view flag_keys =
    " ANSWERED DELETED DRAFT FLAGGED SEEN UNANSWERED UNDELETED UNDRAFT UNFLAGGED UNSEEN ";
constexpr std::string_view bare_keys = " ALL NEW OLD RECENT SAVEDATESUPPORTED ";
constexpr std::string_view unary_keys =
    " BCC BEFORE BODY CC FROM KEYWORD LARGER ON SENTBEFORE SENTON SENTSINCE SINCE SMALLER SUBJECT TEXT TO UID "
    "UNKEYWORD OLDER YOUNGER EMAILID THREADID SAVEDBEFORE SAVEDON SAVEDSINCE "
    "UIDAFTER UIDBEFORE ";

bool in(std::string_view list, std::string const& word) { return list.find(" " + word + " ") != list.npos; }

class key_reader {
 public:
  explicit key_reader(std::vector<argument> const& arguments) : arguments_(arguments) {}

  std::optional<search_key> all(int depth) {
    search_key out{"AND", {}, {}};
    while (at_ < arguments_.size()) {
      auto key = one(depth);
      if (!key) return std::nullopt;
      out.keys.push_back(std::move(*key));
    }
    return out.keys.empty() ? std::nullopt : std::optional(std::move(out));
  }
  void skip(std::size_t n) { at_ += n; }

 private:
  std::optional<search_key> one(int depth) {
    if (at_ >= arguments_.size() || depth > 20) return std::nullopt;
    auto const& word = arguments_[at_++];
    if (word.string) return std::nullopt;
    if (word.text.starts_with('(')) {
      if (!word.text.ends_with(')')) return std::nullopt;
      auto const inner = wire::imap::read_command("x x " + word.text.substr(1, word.text.size() - 2) + "\r\n");
      return key_reader(inner.arguments).all(depth + 1);
    }
    auto const name = base::to_upper(word.text);
    if (in(flag_keys, name) || in(bare_keys, name)) return search_key{name, {}, {}};
    if (in(unary_keys, name)) return with_arguments(name, 1);
    if (name == "HEADER") return with_arguments(name, 2);
    if (name == "MODSEQ") return modseq();
    if (name == "NOT" || name == "OR" || name == "FUZZY") {
      search_key out{name, {}, {}};
      for (int i = 0; i < (name == "OR" ? 2 : 1); ++i) {
        auto key = one(depth + 1);
        if (!key) return std::nullopt;
        out.keys.push_back(std::move(*key));
      }
      return out;
    }
    if (word.text != "$" && !wire::imap::sequence_set::parse(word.text)) return std::nullopt;
    return search_key{"SET", {word.text}, {}};
  }

  /// RFC 7162 §3.1.5: MODSEQ [entry-name entry-type] number.
  std::optional<search_key> modseq() {
    bool const of_entry = at_ < arguments_.size() && arguments_[at_].string;
    return with_arguments("MODSEQ", of_entry ? 3 : 1);
  }

  std::optional<search_key> with_arguments(std::string const& name, std::size_t n) {
    search_key out{name, {}, {}};
    for (std::size_t i = 0; i < n; ++i) {
      if (at_ >= arguments_.size()) return std::nullopt;
      out.arguments.push_back(arguments_[at_++].text);
    }
    return out;
  }

  std::vector<argument> const& arguments_;
  std::size_t at_ = 0;
};

// --- text ------------------------------------------------------------------------------------------------------------

/// A word that no folding, quoting or structure can split.
bool is_word(std::string_view needle) {
  return !needle.empty() && std::ranges::all_of(needle, [](char c) {
    return (base::lower(c) >= 'a' && base::lower(c) <= 'z') || (c >= '0' && c <= '9');
  });
}

/// Words with a blank between each two: found as they stand, if they stand in one line.
bool is_phrase(std::string_view needle) {
  auto const words = base::split(needle, ' ');
  return std::ranges::all_of(words, is_word);
}

/// What stands in one line as it is looked for; blanks in a row, and at an end, a server may make one of,
/// or none, and of an encoded word what it stands for.
bool is_line(std::string_view needle) {
  return std::ranges::all_of(needle, [](char c) { return c >= ' ' && c <= '~'; }) && base::trim(needle) == needle &&
         needle.find("  ") == needle.npos && needle.find("=?") == needle.npos && needle.find("?=") == needle.npos;
}

/// Addresses can be written in several ways, with comments and quotes or without.
bool has_addresses(std::string_view field) {
  return std::ranges::any_of(std::array{"From", "Sender", "Reply-To", "To", "Cc", "Bcc"},
                             [&](auto const* name) { return base::iequals(field, name); });
}

bool contains(std::string_view text, std::string const& needle) {
  return base::to_lower(text).find(needle) != std::string::npos;
}

truth field_contains(part const& m, std::string_view name, std::string const& needle, bool structured) {
  bool any = false;
  for (auto const& f : m.fields) {
    if (!base::iequals(f.name, name)) continue;
    if (needle.empty()) return structured ? truth::unknown : truth::yes;
    if (!base::is_ascii(f.value) || f.value.find("=?") != f.value.npos) return truth::unknown;
    any = any || contains(f.value, needle);
  }
  // ENVELOPE's addresses, and folds, can be spelled in several ways; single words cannot, nor a text in one line.
  if (is_word(needle) || needle.empty()) return any ? truth::yes : truth::no;
  if (has_addresses(name) ? structured || !is_phrase(needle) : !is_line(needle)) return truth::unknown;
  if (any) return truth::yes;
  // With each run of white space as one blank: what a server may make of folds and line ends before it compares.
  for (auto const& f : m.fields)
    if (base::iequals(f.name, name) && contains(base::single_spaced(f.value), needle)) return truth::unknown;
  return truth::no;
}

bool is_decoded(part const& p) {
  auto const encoding = p.value("Content-Transfer-Encoding");
  return !encoding || base::iequals(*encoding, "7bit") || base::iequals(*encoding, "8bit");
}

/// Whether a text/plain leaf has the needle; `opaque` is set when some leaf cannot be looked into.
bool leaf_contains(part const& p, std::string const& needle, bool& opaque) {
  if (p.parts.empty()) {
    bool const plain = p.type.type == "text" && p.type.subtype == "plain";
    if (!is_decoded(p) || !base::is_ascii(p.body)) opaque = true;
    return plain && is_decoded(p) && contains(p.body, needle);
  }
  bool any = false;
  for (auto const& child : p.parts) any = leaf_contains(child, needle, opaque) || any;
  return any;
}

truth body_contains(known_message const& m, std::string const& needle) {
  if (!m.parts.certain || !is_phrase(needle)) return truth::unknown;
  bool opaque = false;
  if (leaf_contains(m.parts, needle, opaque)) return truth::yes;
  return opaque || contains(base::single_spaced(m.parts.body), needle) ? truth::unknown : truth::no;
}

truth text_contains(known_message const& m, std::string const& needle) {
  if (!m.parts.certain || !is_phrase(needle)) return truth::unknown;
  for (auto const& f : m.parts.fields)
    if (base::is_ascii(f.value) && contains(f.value, needle)) return truth::yes;
  if (contains(base::single_spaced(m.parts.header), needle))
    return truth::unknown;  // a field's name: header text, or not
  if (!base::is_ascii(m.octets) || m.octets.find("=?") != m.octets.npos) return truth::unknown;
  return body_contains(m, needle);
}

// --- dates -----------------------------------------------------------------------------------------------------------

struct days {
  std::int64_t first = 0, last = 0;  ///< since 1970; equal when certain
};

std::optional<std::int64_t> search_date(std::string_view text) {
  auto const parts = base::split(text, '-');
  return parts.size() == 3 ? wire::imap::day_of(parts[0], parts[1], parts[2]) : std::nullopt;
}

/// The Date field's own day; a zone that makes it another day in UTC leaves two.
std::optional<days> sent_day(known_message const& m) {
  auto const text = m.parts.value("Date");
  if (!text || m.parts.count("Date") != 1) return std::nullopt;
  auto words = base::words(*text);
  if (!words.empty() && words[0].ends_with(',')) words.erase(words.begin());
  if (words.size() < 5) return std::nullopt;
  auto const day = wire::imap::day_of(words[0], words[1], words[2]);
  auto const hour = base::number(words[3].substr(0, 2));
  auto const zone = words[4].size() == 5 ? base::number(words[4].substr(1, 2)) : std::nullopt;
  if (!day || !hour || !zone) return std::nullopt;
  if (*zone == 0) return days{*day, *day};
  return days{*day - 1, *day + 1};
}

/// A server may keep INTERNALDATE in any zone.
std::optional<days> internal_day(known_message const& m) {
  if (!m.date) return std::nullopt;
  constexpr std::int64_t widest_zone = 14 * 3600, day = 86400;
  return days{(*m.date - widest_zone) / day, (*m.date + widest_zone) / day};
}

truth compare(std::optional<days> const& when, std::string_view relation, std::string const& date) {
  auto const d = search_date(date);
  if (!when || !d) return truth::unknown;
  auto decide = [](bool all, bool none) { return all ? truth::yes : none ? truth::no : truth::unknown; };
  if (relation == "BEFORE") return decide(when->last < *d, when->first >= *d);
  if (relation == "SINCE") return decide(when->first >= *d, when->last < *d);
  return decide(when->first == *d && when->last == *d, when->last < *d || when->first > *d);
}

// --- evaluating ------------------------------------------------------------------------------------------------------

truth negated(truth t) { return t == truth::yes ? truth::no : t == truth::no ? truth::yes : truth::unknown; }
truth sure(bool b) { return b ? truth::yes : truth::no; }

truth in_set(std::string const& text, std::uint32_t n, std::uint32_t largest) {
  auto const set = wire::imap::sequence_set::parse(text);
  if (!set || n == 0 || largest == 0) return truth::unknown;
  return sure(set->contains(n, largest));
}

/// RFC 5032 §2: to the second, by the server's clock.
truth of_age(search_key const& key, search_facts const& f) {
  auto const age = base::number(key.arguments.front());
  if (!age || !f.arrived || !f.now_first || !f.now_last || *age > 0xFFFFFFFF) return truth::unknown;
  auto const first = *f.now_first - std::int64_t(*age), last = *f.now_last - std::int64_t(*age);
  if (key.name == "OLDER") return *f.arrived <= first ? truth::yes : *f.arrived > last ? truth::no : truth::unknown;
  return *f.arrived >= last ? truth::yes : *f.arrived < first ? truth::no : truth::unknown;
}

truth flag_is(search_facts const& f, std::string const& flag) {
  auto const has = f.has_flag ? f.has_flag(base::to_lower(flag)) : std::nullopt;
  return has ? sure(*has) : truth::unknown;
}

truth both(truth a, truth b) {
  if (a == truth::no || b == truth::no) return truth::no;
  return a == truth::yes && b == truth::yes ? truth::yes : truth::unknown;
}

/// RFC 9738 §3.2.
truth beside_uid(search_key const& key, search_facts const& f) {
  auto const n = base::number(key.arguments.front());
  if (!n || f.uid == 0) return truth::unknown;
  return sure(key.name == "UIDAFTER" ? f.uid > *n : f.uid < *n);
}

bool is_size(std::string_view name) { return name == "LARGER" || name == "SMALLER"; }
bool is_day(std::string_view name) { return name == "BEFORE" || name == "ON" || name == "SINCE"; }

truth of_size(search_key const& key, search_facts const& f) {
  auto const n = base::number(key.arguments.front());
  auto const size = f.mail ? std::optional<std::uint64_t>(f.mail->octets.size()) : f.size;
  if (!n || !size) return truth::unknown;
  return sure(key.name == "LARGER" ? *size > *n : *size < *n);
}

truth of_day(search_key const& key, search_facts const& f) {
  if (f.day) return compare(days{*f.day, *f.day}, key.name, key.arguments.front());
  return f.mail ? compare(internal_day(*f.mail), key.name, key.arguments.front()) : truth::unknown;
}

/// RFC 8514 §4.3: by INTERNALDATE where there is no other.
truth of_save_day(search_key const& key, search_facts const& f) {
  if (key.name == "SAVEDATESUPPORTED") return f.has_save_date ? sure(*f.has_save_date) : truth::unknown;
  search_key const day{key.name.substr(std::string_view("SAVED").size()), key.arguments, {}};
  if (f.save_day) return compare(days{*f.save_day, *f.save_day}, day.name, day.arguments.front());
  return f.has_save_date == std::optional(false) ? of_day(day, f) : truth::unknown;
}

/// RFC 8474 §6: exactly, in letter case too.
truth of_object(search_key const& key, search_facts const& f) {
  auto const& id = key.name == "EMAILID" ? f.email : f.thread;
  return id ? sure(*id == key.arguments.front()) : truth::unknown;
}

truth of_mail(search_key const& key, known_message const& m) {
  auto const& argument = key.arguments.front();
  auto const needle = base::to_lower(key.arguments.back());
  auto const& name = key.name;
  if (name.starts_with("SENT")) return compare(sent_day(m), std::string_view(name).substr(4), argument);
  if (!base::is_ascii(needle)) return truth::unknown;
  if (name == "HEADER") return field_contains(m.parts, argument, needle, false);
  if (name == "BODY") return body_contains(m, needle);
  if (name == "TEXT") return text_contains(m, needle);
  return field_contains(m.parts, name, needle, true);  // FROM, TO, CC, BCC, SUBJECT
}

}  // namespace

std::optional<search_key> read_search_keys(wire::imap::command const& search, std::size_t from) {
  key_reader keys(search.arguments);
  keys.skip(from);
  return keys.all(0);
}

std::optional<search_key> read_search(wire::imap::command const& search) {
  if (base::iequals(search.arg(0), "RETURN")) return std::nullopt;
  if (base::iequals(search.arg(0), "CHARSET")) {
    if (!base::iequals(search.arg(1), "US-ASCII") && !base::iequals(search.arg(1), "UTF-8")) return std::nullopt;
    return read_search_keys(search, 2);
  }
  return read_search_keys(search, 0);
}

truth evaluate(search_key const& key, search_facts const& f) {
  auto const& name = key.name;
  if (name == "ALL") return truth::yes;
  if ((name == "SET" || name == "UID") && key.arguments[0] == "$") return f.saved;
  if (name == "SET") return in_set(key.arguments[0], f.number, f.count);
  if (name == "UID") return in_set(key.arguments[0], f.uid, f.largest_uid);
  if (name == "NOT") return negated(evaluate(key.keys[0], f));
  if (name == "AND" || name == "OR") {
    auto const decides = name == "AND" ? truth::no : truth::yes;
    auto out = negated(decides);
    for (auto const& k : key.keys) {
      auto const t = evaluate(k, f);
      if (t == decides) return decides;
      if (t == truth::unknown) out = truth::unknown;
    }
    return out;
  }
  if (name == "KEYWORD") return flag_is(f, key.arguments[0]);
  if (name == "UNKEYWORD") return negated(flag_is(f, key.arguments[0]));
  if (in(flag_keys, name))
    return name.starts_with("UN") ? negated(flag_is(f, "\\" + name.substr(2))) : flag_is(f, "\\" + name);
  if (name == "RECENT") return flag_is(f, "\\recent");
  if (name == "OLD") return negated(flag_is(f, "\\recent"));
  if (name == "NEW") return both(flag_is(f, "\\recent"), negated(flag_is(f, "\\seen")));
  if (name == "OLDER" || name == "YOUNGER") return of_age(key, f);
  if (name == "UIDAFTER" || name == "UIDBEFORE") return beside_uid(key, f);
  // What matches fuzzily is the server's to say (RFC 6203 §3); mod-sequences are another checker's.
  if (name == "FUZZY" || name == "MODSEQ") return truth::unknown;
  if (is_size(name)) return of_size(key, f);
  if (is_day(name)) return of_day(key, f);
  if (name.starts_with("SAVED")) return of_save_day(key, f);
  if (name == "EMAILID" || name == "THREADID") return of_object(key, f);
  if (!f.mail) return truth::unknown;
  return of_mail(key, *f.mail);
}

}  // namespace mailrig::model
