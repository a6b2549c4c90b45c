// pattern: see pattern.hpp.
#include "scenario/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "wire/imap/internal_date.hpp"
#include "wire/imap/sequence_set.hpp"

namespace mailrig::scenario {

using wire::imap::node_kind;
using wire::imap::value;
using node = pattern::node;

// --- names -----------------------------------------------------------------------------------------------------------

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

// --- reading ---------------------------------------------------------------------------------------------------------

namespace {

class pattern_reader {
 public:
  explicit pattern_reader(std::string_view text) : text_(text) {}

  base::result<std::vector<node>> read_all(char close = '\0') {
    std::vector<node> out;
    for (;;) {
      while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      if (at_ == text_.size()) {
        if (close) return base::fault{at_, "pattern", fmt::format("'{}' is missing", close)};
        return out;
      }
      if (close && text_[at_] == close) {
        ++at_;
        return out;
      }
      auto one = read_one(close);
      if (!one) return one.error();
      out.push_back(std::move(*one));
    }
  }
  std::size_t at() const { return at_; }

 private:
  base::result<node> read_one(char close) {
    if (text_[at_] == '(') {
      ++at_;
      auto inside = read_all(')');
      if (!inside) return inside.error();
      return node{node::kind::list, "()", std::move(*inside)};
    }
    if (text_[at_] == ')') return base::fault{at_, "pattern", "')' without '('"};
    if (text_[at_] == '"') return read_quoted();
    auto const begin = at_;
    int brackets = 0;
    for (; at_ < text_.size(); ++at_) {
      char const c = text_[at_];
      brackets += (c == '[') - (c == ']');
      if (brackets < 0) break;
      if (brackets == 0 && (c == ' ' || c == '(' || c == ')' || (close && c == close))) break;
    }
    std::string word(text_.substr(begin, at_ - begin));
    if (word == "_") return node{node::kind::anything, word, {}};
    if (word == "...") return node{node::kind::rest, word, {}};
    if (word.size() > 1 && word[0] == '@' && base::number(std::string_view(word).substr(1)))
      return node{node::kind::slot, word.substr(1), {}};
    if (word.size() > 1 && word[0] == '$' && word[1] >= 'a' && word[1] <= 'z')
      return node{node::kind::variable, word.substr(1), {}};
    return node{node::kind::word, word, {}};
  }

  base::result<node> read_quoted() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      char c = text_[at_];
      if (c == '\\' && at_ + 1 < text_.size()) {
        c = text_[++at_];
        c = c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c;
      }
      out += c;
    }
    if (at_ == text_.size()) return base::fault{at_, "pattern", "the quoted string is not closed"};
    ++at_;
    return node{node::kind::quoted, out, {}};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_status_word(std::string_view w) { return w == "OK" || w == "NO" || w == "BAD"; }

base::fault moved(base::fault f, std::size_t by) {
  f.offset += by;
  return f;
}

/// "[CODE args]" at the front of `text` into `code`; what remains.
base::result<std::string_view> read_code(std::string_view text, std::size_t offset, std::vector<node>& code) {
  text = base::trim(text);
  if (!text.starts_with('[')) return text;
  pattern_reader reader(text.substr(1));
  auto inside = reader.read_all(']');
  if (!inside) return moved(inside.error(), offset + 1);
  if (inside->empty()) return base::fault{offset, "pattern", "a response code has a name"};
  code = std::move(*inside);
  return base::trim(text.substr(1 + reader.at()));
}

}  // namespace

base::result<pattern> pattern::read(std::string_view text, history::protocol proto) {
  pattern p;
  p.text_ = text;
  if (text == "closed") {
    p.kind_ = kind::ended;
    return p;
  }
  bool const imap = proto == history::protocol::imap;
  if (!imap && text.starts_with("= ")) {
    p.kind_ = kind::pop3_body;
    p.nodes_.push_back({node::kind::word, std::string(base::trim(text.substr(2))), {}});
    return p;
  }
  if (text == "+" || text.starts_with("+ ")) {
    p.kind_ = kind::continuation;
    p.tag_ = text.size() > 2 ? text.substr(2) : "";
    return p;
  }
  auto const words = base::words(text);
  if (words.empty()) return base::fault{0, "pattern", "nothing to expect here"};
  std::string_view rest = text;
  if (!imap) {
    bool const status = words[0] == "+OK" || words[0] == "-ERR";
    p.kind_ = status ? kind::pop3_status : kind::pop3_line;
    if (status) {
      p.tag_ = words[0];
      auto after = read_code(text.substr(words[0].size()), words[0].size(), p.code_);
      if (!after) return after.error();
      rest = *after;
    }
    for (auto w : base::words(rest)) {
      if (w == "_")
        p.nodes_.push_back({node::kind::anything, "_", {}});
      else if (w == "...")
        p.nodes_.push_back({node::kind::rest, "...", {}});
      else if (w.size() > 1 && w[0] == '$' && w[1] >= 'a' && w[1] <= 'z')
        p.nodes_.push_back({node::kind::variable, std::string(w.substr(1)), {}});
      else
        p.nodes_.push_back({node::kind::word, std::string(w), {}});
    }
    return p;
  }
  if (words[0] != "*") {
    bool const own_tag = !is_status_word(words[0]);
    if (own_tag && (words.size() < 2 || !is_status_word(words[1])))
      return base::fault{0, "pattern", "expected OK, NO, BAD, '* ...', '+' or 'closed'"};
    p.kind_ = kind::status;
    if (own_tag) {
      p.tag_ = words[0];
      rest = base::trim(rest.substr(words[0].size()));
    }
    auto const word = base::words(rest)[0];
    p.nodes_.push_back({node::kind::word, std::string(word), {}});
    auto after = read_code(rest.substr(word.size()), text.size() - rest.size() + word.size(), p.code_);
    if (!after) return after.error();
    if (!after->empty())
      return base::fault{text.size() - after->size(), "pattern", "human-readable text is not compared; leave it out"};
    return p;
  }
  rest = base::trim(rest.substr(1));
  auto const offset = text.size() - rest.size();
  auto const first = words.size() > 1 ? words[1] : std::string_view();
  if (is_status_word(first) || first == "BYE" || first == "PREAUTH") {
    p.nodes_.push_back({node::kind::word, std::string(first), {}});
    auto after = read_code(rest.substr(first.size()), offset + first.size(), p.code_);
    if (!after) return after.error();
    if (!after->empty())
      return base::fault{text.size() - after->size(), "pattern", "human-readable text is not compared; leave it out"};
    return p;
  }
  auto nodes = pattern_reader(rest).read_all();
  if (!nodes) return moved(nodes.error(), offset);
  if (nodes->empty()) return base::fault{offset, "pattern", "expected a response after '*'"};
  p.nodes_ = std::move(*nodes);
  return p;
}

std::string_view pattern::name() const {
  for (auto const& n : nodes_)
    if (n.what == node::kind::word && !base::number(n.text)) return n.text;
  return {};
}

std::string pattern::shown(values const& v) const {
  auto const expanded = v.expand(text_);
  auto const& out = expanded ? *expanded : text_;
  return out.size() > 300 ? out.substr(0, 300) + "..." : out;
}

// --- matching --------------------------------------------------------------------------------------------------------

namespace {

/// Does `text` say the same as the pattern's word? Sets of numbers compare as sets.
bool same_word(std::string_view wanted, std::string_view text) {
  if (base::iequals(wanted, text)) return true;
  if (wanted.find_first_of(":,") == wanted.npos && text.find_first_of(":,") == text.npos) return false;
  auto const a = wire::imap::sequence_set::parse(wanted), b = wire::imap::sequence_set::parse(text);
  if (!a || !b) return false;
  auto const x = a->expand(10000), y = b->expand(10000);
  return x && y && *x == *y;
}

/// number is 1*DIGIT (RFC 3501 §9): zeros before it say nothing.
bool same_number(std::string_view wanted, std::string_view text) {
  auto const a = base::number(wanted), b = base::number(text);
  return a && b && *a == *b;
}

bool match_text(node const& n, std::string const& text, bool nil, values& v) {
  switch (n.what) {
    case node::kind::anything:
    case node::kind::rest: return true;
    case node::kind::variable: {
      auto const [bound, fresh] = v.names.try_emplace(n.text, text);
      if (fresh) v.fresh.push_back(n.text);
      return fresh || base::iequals(bound->second, text);
    }
    case node::kind::quoted: {
      auto const expanded = v.expand(n.text);
      return !nil && expanded && text == *expanded;
    }
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

bool match_sequence(std::vector<node> const& wanted, std::size_t from, value v, values& names, near_miss& m);

/// What came, short enough for a sentence.
std::string brief(value v) {
  if (!v) return "nothing";
  if (v.is_nil()) return "NIL";
  auto text = base::printable(v.raw().substr(0, 60));
  if (v.raw().size() > 60) text += "...";
  return v.is_string() ? fmt::format("\"{}\"", text) : text;
}

std::string brief(node const& n) {
  switch (n.what) {
    case node::kind::list: {
      std::string out = "(";
      for (auto const& c : n.children) out += (out.size() > 1 ? " " : "") + brief(c);
      return out.size() > 60 ? out.substr(0, 60) + "..." : out + ")";
    }
    case node::kind::quoted: return fmt::format("\"{}\"", base::printable(n.text).substr(0, 60));
    case node::kind::variable: return "$" + n.text;
    case node::kind::slot: return "@" + n.text;
    default: return n.text;
  }
}

std::string brief(node const& n, values const& names) {
  auto const text = brief(n);
  if (n.what == node::kind::variable) {
    auto const bound = names.names.find(n.text);
    return bound == names.names.end() ? text : bound->second;
  }
  if (auto const known = names.mail_value(text)) return base::printable(*known).substr(0, 60);
  auto const expanded = names.expand(text);
  return expanded ? *expanded : text;
}

/// Of a maildrop, where only what the answers show tells which message is meant.
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

/// What is bound and compared: a number without the zeros before it, else what it says.
std::string plain_text(value v) {
  if (v.kind() != node_kind::number) return v.text();
  auto const n = base::number(v.raw());
  return n ? std::to_string(*n) : v.text();
}

bool match_value(node const& n, value v, values& names) {
  if (!v) return n.what == node::kind::rest;
  if (n.what == node::kind::anything) return true;
  near_miss inner;
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
    if (!v) return m.differs(fmt::format("{} is missing", brief(wanted[i], names)));
    if (!match_value(wanted[i], v, names))
      return m.differs(fmt::format("{} stands where {} should", brief(v), brief(wanted[i], names)));
    m.agrees();
  }
  return !v || m.differs(fmt::format("{} is too much", brief(v)));
}

/// Each wanted element is there; with `exact`, nothing else is, except \Recent and what "..." allows.
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
    if (!found) return m.differs(fmt::format("{} lacks {}", where, brief(n, names)));
    m.agrees();
  }
  if (!exact || open) return true;
  for (std::size_t i = 0; i < there.size(); ++i)
    if (!used[i] && !there[i].names("\\Recent")) return m.differs(fmt::format("{} has {} too", where, brief(there[i])));
  return true;
}

/// Pairs by name, in any order; pairs that are not named are allowed.
bool match_pairs(node const& wanted, value list, values& names, near_miss& m) {
  auto const& w = wanted.children;
  for (std::size_t i = 0; i < w.size(); i += 2) {
    if (w[i].what == node::kind::rest) return true;
    if (i + 1 >= w.size()) return m.differs(fmt::format("the pattern says nothing about {}", brief(w[i])));
    near_miss inner;
    bool found = false;
    for (auto v = list.first(); v && !found; v = v.next().next()) {
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
        if (!found) inner.what = fmt::format("in {}: {}", w[i].text, inner.what);
      } else {
        found = match_value(w[i + 1], data, names);
      }
      if (!found) inner.differs(fmt::format("{} is {}, not {}", w[i].text, brief(data), brief(w[i + 1], names)));
    }
    if (!found) return m.differs(inner.what.empty() ? fmt::format("{} is missing", w[i].text) : inner.what);
    m.agrees(2);
  }
  return true;
}

}  // namespace

bool pattern::match_code(wire::imap::response const& r, values& v, near_miss& m) const {
  if (code_.empty()) return true;
  if (r.code.empty()) return m.differs(fmt::format("the response code [{}] is missing", code_[0].text));
  if (!base::iequals(code_[0].text, r.code))
    return m.differs(fmt::format("the response code is [{}], not [{}]", r.code, code_[0].text));
  m.agrees(2);
  if (r.code == "PERMANENTFLAGS" && code_.size() > 1 && code_[1].what == node::kind::list)
    return match_set(code_[1].children, r.code_args().first(), v, false, "PERMANENTFLAGS", m);
  return match_sequence(code_, 1, r.code_args(), v, m);
}

bool pattern::match_untagged(arrival const& a, values& v, near_miss& m) const {
  auto const& r = a.response;
  std::size_t at = 0;
  auto const& first = nodes_[0];
  if (r.condition != wire::imap::status::none) {
    if (!base::iequals(first.text, r.name) || first.what != node::kind::word)
      return m.differs(fmt::format("it is {}", r.name));
    m.agrees(4);
    return match_code(r, v, m);
  }
  bool const numbered = r.octets.size() > 2 && r.octets[2] >= '0' && r.octets[2] <= '9';
  bool right_number = true;
  if (numbered) {
    if (nodes_.size() < 2) return m.differs(fmt::format("it is {}", r.name));
    if (first.what == node::kind::slot) {
      auto const n = *base::number(first.text);
      right_number = n > 0 && n <= v.numbering.size() && v.numbering[n - 1] == a.serial;
      if (!right_number) m.differs(fmt::format("{} is not the message that was number {}", r.number, n));
    } else {
      right_number = match_text(first, std::to_string(r.number), false, v);
      if (!right_number) m.differs(fmt::format("it says {}, not {}", r.number, brief(first, v)));
    }
    if (right_number) m.agrees(2);
    at = 1;
  }
  if (at >= nodes_.size() || nodes_[at].what != node::kind::word || !base::iequals(nodes_[at].text, r.name)) {
    m = {fmt::format("it is {}", r.name), 0};
    return false;
  }
  m.agrees(4);
  if (!right_number) return false;
  ++at;
  auto const has_list = at < nodes_.size() && nodes_[at].what == node::kind::list;
  if (r.name == "FETCH") return at == nodes_.size() || (has_list && match_pairs(nodes_[at], r.args(), v, m));
  if (r.name == "FLAGS") return has_list && match_set(nodes_[at].children, r.args().first(), v, false, "it", m);
  std::vector<node> const rest(nodes_.begin() + std::ptrdiff_t(at), nodes_.end());
  if (r.name == "SEARCH") return match_set(rest, r.args(), v, true, "it", m);
  if (r.name == "CAPABILITY" || r.name == "ENABLED") return match_set(rest, r.args(), v, false, "it", m);
  if (r.name == "STATUS") {
    if (rest.size() != 2 || rest[1].what != node::kind::list) return false;
    if (!match_value(rest[0], r.args(), v))
      return m.differs(fmt::format("it is about {}, not {}", brief(r.args()), brief(rest[0], v)));
    m.agrees(2);
    return match_pairs(rest[1], r.args().next(), v, m);
  }
  if (r.name == "LIST" || r.name == "LSUB") {
    if (rest.size() != 3 || (rest[0].what != node::kind::list && rest[0].what != node::kind::anything)) return false;
    auto const separator = r.args().next(), name = separator.next();
    if (!match_value(rest[2], name, v))
      return m.differs(fmt::format("it is about {}, not {}", brief(name), brief(rest[2], v)));
    m.agrees(2);
    if (rest[0].what == node::kind::list &&
        !match_set(rest[0].children, r.args().first(), v, false, "the list of attributes", m))
      return false;
    // Where names have no levels, $sep is nothing, and the delimiter NIL (§7.2.2).
    bool const flat = separator.is_nil() && rest[1].what == node::kind::variable && rest[1].text == "sep" &&
                      v.names.contains("sep") && v.names.find("sep")->second.empty();
    return flat || match_value(rest[1], separator, v) ||
           m.differs(fmt::format("the delimiter is {}, not {}", brief(separator), brief(rest[1], v)));
  }
  return match_sequence(rest, 0, r.args(), v, m);
}

bool pattern::match_status(arrival const& a, values& v, near_miss& m) const {
  auto const& r = a.response;
  if (!tag_.empty() && tag_ != r.tag) return m.differs(fmt::format("the tag is {}, not {}", r.tag, tag_));
  if (!base::iequals(nodes_[0].text, r.name)) return m.differs(fmt::format("it is {}", r.name));
  m.agrees(4);
  return match_code(r, v, m);
}

bool pattern::match_pop3_status(arrival const& a, values& v, near_miss& m) const {
  auto const words = base::words(a.line);
  if (words.empty() || words[0] != tag_) return m.differs(fmt::format("it is {}", words.empty() ? "empty" : words[0]));
  m.agrees(4);
  wire::pop3::reply r;
  wire::pop3::read_status_line(a.line, r);
  // Further levels of a code are passed over (RFC 2449 §8).
  auto const levels = [&](std::string_view wanted) {
    return base::istarts_with(r.code, wanted) && (r.code.size() == wanted.size() || r.code[wanted.size()] == '/');
  };
  if (!code_.empty() && r.code.empty())
    return m.differs(fmt::format("the response code [{}] is missing", code_[0].text));
  if (!code_.empty() && !levels(code_[0].text))
    return m.differs(fmt::format("the response code is [{}], not [{}]", r.code, code_[0].text));
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].what == node::kind::rest) return true;
    if (i + 1 >= words.size()) return m.differs(fmt::format("{} is missing", brief_in_maildrop(nodes_[i], v)));
    if (!match_in_maildrop(nodes_[i], std::string(words[i + 1]), v))
      return m.differs(fmt::format("{} stands where {} should", base::printable(words[i + 1]).substr(0, 60),
                                   brief_in_maildrop(nodes_[i], v)));
    m.agrees();
  }
  return true;
}

bool pattern::match_line(std::string_view line, values& v, near_miss& m) const {
  auto const words = base::words(line);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].what == node::kind::rest) return true;
    if (i >= words.size()) return m.differs(fmt::format("{} is missing", brief_in_maildrop(nodes_[i], v)));
    if (!match_in_maildrop(nodes_[i], std::string(words[i]), v))
      return m.differs(fmt::format("{} stands where {} should", base::printable(words[i]).substr(0, 60),
                                   brief_in_maildrop(nodes_[i], v)));
    m.agrees();
  }
  return words.size() == nodes_.size() ||
         m.differs(fmt::format("{} is too much", base::printable(words[nodes_.size()]).substr(0, 60)));
}

bool pattern::matches_line(std::string_view line, values& v) const {
  near_miss ignored;
  return v.kept(match_line(line, v, ignored));
}

near_miss pattern::miss_line(std::string_view line, values const& v) const {
  auto trial = v;
  near_miss out;
  match_line(line, trial, out);
  return out;
}

namespace {

/// A text that does not end its last line is given an end by the reply, and one that is all header may be shown with
/// the blank line behind it (RFC 5322 §2.1: the body is optional); no other gains a line (RFC 1939 §5 RETR).
bool is_shown_by(std::string const& text, std::string const& body) {
  bool const all_header = !text.starts_with("\r\n") && text.find("\r\n\r\n") == text.npos;
  return body == text || ((!text.ends_with("\r\n") || all_header) && body == text + "\r\n");
}

}  // namespace

bool pattern::match(arrival const& a, values& v, near_miss& m) const {
  using k = arrival::kind;
  switch (kind_) {
    case kind::untagged: return a.what == k::untagged && match_untagged(a, v, m);
    case kind::status: return a.what == k::tagged && match_status(a, v, m);
    case kind::continuation: {
      auto const wanted = v.expand(tag_);
      bool const plus =
          a.what == k::continuation || (a.what == k::pop3 && a.line.starts_with("+") && !a.line.starts_with("+OK"));
      if (!plus || tag_.empty() || tag_ == "_") return plus;
      return wanted && base::printable(a.line).substr(std::min<std::size_t>(2, a.line.size())) == *wanted;
    }
    case kind::ended: return a.what == k::ended;
    case kind::pop3_status: return a.what == k::pop3 && match_pop3_status(a, v, m);
    case kind::pop3_body: {
      if (a.what != k::pop3) return false;
      auto const shows = [&](std::string const& text) { return is_shown_by(text, a.body); };
      if (auto const fits = v.in_maildrop(nodes_[0].text, shows)) return *fits;
      auto const wanted = v.mail_value(nodes_[0].text);
      auto const expanded = wanted ? base::result<std::string>(*wanted) : v.expand(nodes_[0].text);
      return expanded && shows(*expanded);
    }
    case kind::pop3_line: return false;
  }
  return false;
}

bool pattern::matches(arrival const& a, values& v) const {
  near_miss ignored;
  return v.kept(match(a, v, ignored));
}

near_miss pattern::miss(arrival const& a, values const& v) const {
  auto trial = v;
  near_miss out;
  match(a, trial, out);
  return out;
}

}  // namespace mailrig::scenario
