// pattern: see pattern.hpp.
#include "scenario/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/beginning.hpp"
#include "base/text.hpp"
#include "scenario/node_match.hpp"
#include "scenario/rights.hpp"
#include "wire/pop3/reply.hpp"

namespace mailrig::scenario {

using node = pattern_node;

// --- reading ---------------------------------------------------------------------------------------------------------

namespace {

bool is_status_word(std::string_view w) { return w == "OK" || w == "NO" || w == "BAD"; }

/// LIST and LSUB: attributes, delimiter, name and, where the pattern speaks of them, items of extended data.
bool match_list(std::vector<node> const& rest, wire::imap::response const& r, values& v, near_miss& m) {
  bool const extended = rest.size() == 4 && rest[3].what == node::kind::list;
  if ((rest.size() != 3 && !extended) || (rest[0].what != node::kind::list && rest[0].what != node::kind::anything))
    return false;
  auto const separator = r.args().next(), name = separator.next();
  if (!match_value(rest[2], name, v))
    return m.differs([&] { return fmt::format("it is about {}, not {}", brief(name), brief(rest[2], v)); });
  m.agrees(2);
  if (rest[0].what == node::kind::list &&
      !match_set(rest[0].children, r.args().first(), v, false, "the list of attributes", m))
    return false;
  if (extended && !match_pairs(rest[3].children, 0, name.next().first(), v, m)) return false;
  // Where names have no levels, $sep is nothing, and the delimiter NIL (§7.2.2).
  bool const flat = separator.is_nil() && rest[1].what == node::kind::variable && rest[1].text == "sep" &&
                    v.names.contains("sep") && v.names.find("sep")->second.empty();
  return flat || match_value(rest[1], separator, v) ||
         m.differs([&] { return fmt::format("the delimiter is {}, not {}", brief(separator), brief(rest[1], v)); });
}

}  // namespace

base::result<pattern> pattern::read(std::string_view text, history::protocol proto) {
  pattern p;
  p.text_ = text;
  bool const imap = proto == history::protocol::imap;
  if (text == "closed") {
    p.kind_ = kind::ended;
    return p;
  }
  if (!imap && text.starts_with("= ")) {
    p.kind_ = kind::pop3_body;
    p.nodes_.push_back({node::kind::word, std::string(base::trim(text.substr(2)))});
    return p;
  }
  if (text == "+" || text.starts_with("+ ")) {
    p.kind_ = kind::continuation;
    p.tag_ = text.size() > 2 ? text.substr(2) : "";
    return p;
  }
  auto const words = base::words(text);
  if (words.empty()) return base::fault{0, "pattern", "nothing to expect here"};
  auto const done = !imap ? p.read_pop3(words[0]) : words[0] != "*" ? p.read_tagged() : p.read_untagged();
  if (!done) return done.error();
  return p;
}

base::result<void> pattern::read_pop3(std::string_view first) {
  std::string_view rest = text_;
  bool const status = first == "+OK" || first == "-ERR";
  kind_ = status ? kind::pop3_status : kind::pop3_line;
  if (status) {
    tag_ = first;
    auto const after = read_pattern_code(rest.substr(first.size()), first.size(), code_);
    if (!after) return after.error();
    rest = *after;
  }
  nodes_ = read_pattern_words(rest);
  return {};
}

base::result<void> pattern::read_tagged() {
  std::string_view rest = text_;
  auto const words = base::words(rest);
  bool const own_tag = !is_status_word(words[0]);
  if (own_tag && (words.size() < 2 || !is_status_word(words[1])))
    return base::fault{0, "pattern", "expected OK, NO, BAD, '* ...', '+' or 'closed'"};
  kind_ = kind::status;
  if (own_tag) {
    tag_ = words[0];
    rest = base::trim(rest.substr(words[0].size()));
  }
  return read_condition(rest);
}

/// "OK [CODE ...]": a status word with its code, and nothing more.
base::result<void> pattern::read_condition(std::string_view rest) {
  std::string_view const all = text_;
  auto const word = base::words(rest)[0];
  nodes_.push_back({node::kind::word, std::string(word)});
  auto const after = read_pattern_code(rest.substr(word.size()), all.size() - rest.size() + word.size(), code_);
  if (!after) return after.error();
  if (!after->empty())
    return base::fault{all.size() - after->size(), "pattern", "human-readable text is not compared; leave it out"};
  return {};
}

base::result<void> pattern::read_untagged() {
  auto const rest = base::trim(std::string_view(text_).substr(1));
  auto const offset = text_.size() - rest.size();
  auto const words = base::words(rest);
  auto const first = words.empty() ? std::string_view() : words[0];
  if (is_status_word(first) || first == "BYE" || first == "PREAUTH") return read_condition(rest);
  auto nodes = read_pattern_nodes(rest);
  if (!nodes) {
    auto fault = nodes.error();
    fault.offset += offset;
    return fault;
  }
  if (nodes->empty()) return base::fault{offset, "pattern", "expected a response after '*'"};
  nodes_ = std::move(*nodes);
  return {};
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

bool pattern::match_code(wire::imap::response const& r, values& v, near_miss& m) const {
  if (code_.empty()) return true;
  if (r.code.empty()) return m.differs([&] { return fmt::format("the response code [{}] is missing", code_[0].text); });
  if (!base::iequals(code_[0].text, r.code))
    return m.differs([&] { return fmt::format("the response code is [{}], not [{}]", r.code, code_[0].text); });
  m.agrees(2);
  if (r.code == "PERMANENTFLAGS" && code_.size() > 1 && code_[1].what == node::kind::list)
    return match_set(code_[1].children, r.code_args().first(), v, false, "PERMANENTFLAGS", m);
  return match_sequence(code_, 1, r.code_args(), v, m);
}

namespace {

/// The tag, whether it speaks of UIDs, and the results by name.
bool match_esearch(std::vector<node> const& wanted, wire::imap::value came, values& v, near_miss& m) {
  std::size_t at = 0;
  if (!wanted.empty() && wanted[0].what == node::kind::list) {
    if (!came.is_list() || !match_pairs(wanted[at++].children, 0, came.first(), v, m))
      return m.differs([&] { return fmt::format("it is about {}, not {}", brief(came), brief(wanted[0], v)); });
    m.agrees(2);
  }
  if (came.is_list()) came = came.next();
  bool const uid = at < wanted.size() && wanted[at].what == node::kind::word && base::iequals(wanted[at].text, "UID");
  if (uid != came.names("UID")) return m.differs([&] { return uid ? "UID is missing" : "it speaks of UIDs"; });
  return match_pairs(wanted, at + uid, uid ? came.next() : came, v, m);
}

}  // namespace

bool pattern::match_untagged(arrival const& a, values& v, near_miss& m) const {
  auto const& r = a.response;
  std::size_t at = 0;
  auto const& first = nodes_[0];
  if (r.condition != wire::imap::status::none) {
    if (!base::iequals(first.text, r.name) || first.what != node::kind::word)
      return m.differs([&] { return fmt::format("it is {}", r.name); });
    m.agrees(4);
    return match_code(r, v, m);
  }
  bool const numbered = r.octets.size() > 2 && r.octets[2] >= '0' && r.octets[2] <= '9';
  bool right_number = true;
  if (numbered) {
    if (nodes_.size() < 2) return m.differs([&] { return fmt::format("it is {}", r.name); });
    if (first.what == node::kind::slot) {
      auto const n = *base::number(first.text);
      right_number = n > 0 && n <= v.numbering.size() && v.numbering[n - 1] == a.serial;
      if (!right_number)
        m.differs([&] { return fmt::format("{} is not the message that was number {}", r.number, n); });
    } else {
      right_number = match_text(first, std::to_string(r.number), false, v);
      if (!right_number) m.differs([&] { return fmt::format("it says {}, not {}", r.number, brief(first, v)); });
    }
    if (right_number) m.agrees(2);
    at = 1;
  }
  if (at >= nodes_.size() || nodes_[at].what != node::kind::word || !base::iequals(nodes_[at].text, r.name)) {
    m.what.clear();
    m.agreed = 0;
    return m.differs([&] { return fmt::format("it is {}", r.name); });
  }
  m.agrees(4);
  if (!right_number) return false;
  ++at;
  auto const has_list = at < nodes_.size() && nodes_[at].what == node::kind::list;
  if (r.name == "FETCH" || r.name == "UIDFETCH")
    return at == nodes_.size() || (has_list && match_pairs(nodes_[at].children, 0, r.args().first(), v, m));
  if (r.name == "FLAGS") return has_list && match_set(nodes_[at].children, r.args().first(), v, false, "it", m);
  std::vector<node> const rest(nodes_.begin() + std::ptrdiff_t(at), nodes_.end());
  if (r.name == "SEARCH") return match_set(rest, r.args(), v, true, "it", m);
  if (r.name == "ESEARCH") return match_esearch(rest, r.args(), v, m);
  if (r.name == "CAPABILITY" || r.name == "ENABLED") return match_set(rest, r.args(), v, false, "it", m);
  if (r.name == "STATUS") {
    if (rest.size() != 2 || rest[1].what != node::kind::list) return false;
    if (!match_value(rest[0], r.args(), v))
      return m.differs([&] { return fmt::format("it is about {}, not {}", brief(r.args()), brief(rest[0], v)); });
    m.agrees(2);
    return match_pairs(rest[1].children, 0, r.args().next().first(), v, m);
  }
  if (r.name == "LIST" || r.name == "LSUB") return match_list(rest, r, v, m);
  if (r.name == "MYRIGHTS") return match_my_rights(rest, r.args(), v, m);
  if (r.name == "ACL") return match_acl(rest, r.args(), v, m);
  return match_sequence(rest, 0, r.args(), v, m);
}

bool pattern::match_status(arrival const& a, values& v, near_miss& m) const {
  auto const& r = a.response;
  if (!tag_.empty() && tag_ != r.tag)
    return m.differs([&] { return fmt::format("the tag is {}, not {}", r.tag, tag_); });
  if (!base::iequals(nodes_[0].text, r.name)) return m.differs([&] { return fmt::format("it is {}", r.name); });
  m.agrees(4);
  return match_code(r, v, m);
}

bool pattern::match_pop3_status(arrival const& a, values& v, near_miss& m) const {
  auto const words = base::words(a.line);
  if (words.empty() || words[0] != tag_)
    return m.differs([&] { return fmt::format("it is {}", words.empty() ? "empty" : words[0]); });
  m.agrees(4);
  wire::pop3::reply r;
  wire::pop3::read_status_line(a.line, r);
  // Further levels of a code are passed over (RFC 2449 §8).
  auto const levels = [&](std::string_view wanted) {
    return base::istarts_with(r.code, wanted) && (r.code.size() == wanted.size() || r.code[wanted.size()] == '/');
  };
  if (!code_.empty() && r.code.empty())
    return m.differs([&] { return fmt::format("the response code [{}] is missing", code_[0].text); });
  if (!code_.empty() && !levels(code_[0].text))
    return m.differs([&] { return fmt::format("the response code is [{}], not [{}]", r.code, code_[0].text); });
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].what == node::kind::rest) return true;
    if (i + 1 >= words.size())
      return m.differs([&] { return fmt::format("{} is missing", brief_in_maildrop(nodes_[i], v)); });
    if (!match_in_maildrop(nodes_[i], std::string(words[i + 1]), v))
      return m.differs([&] {
        return fmt::format("{} stands where {} should", base::beginning_of(words[i + 1], 60),
                           brief_in_maildrop(nodes_[i], v));
      });
    m.agrees();
  }
  return true;
}

bool pattern::match_line(std::string_view line, values& v, near_miss& m) const {
  auto const words = base::words(line);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].what == node::kind::rest) return true;
    if (i >= words.size())
      return m.differs([&] { return fmt::format("{} is missing", brief_in_maildrop(nodes_[i], v)); });
    if (!match_in_maildrop(nodes_[i], std::string(words[i]), v))
      return m.differs([&] {
        return fmt::format("{} stands where {} should", base::beginning_of(words[i], 60),
                           brief_in_maildrop(nodes_[i], v));
      });
    m.agrees();
  }
  return words.size() == nodes_.size() ||
         m.differs([&] { return fmt::format("{} is too much", base::beginning_of(words[nodes_.size()], 60)); });
}

bool pattern::matches_line(std::string_view line, values& v) const {
  near_miss ignored{{}, 0, false};
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
  near_miss ignored{{}, 0, false};
  return v.kept(match(a, v, ignored));
}

near_miss pattern::miss(arrival const& a, values const& v) const {
  auto trial = v;
  near_miss out;
  match(a, trial, out);
  return out;
}

}  // namespace mailrig::scenario
