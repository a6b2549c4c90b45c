// response: see response.hpp.
#include "wire/imap/response.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "wire/imap/grammar.hpp"
#include "wire/imap/status_text.hpp"

namespace mailrig::wire::imap {
namespace {

status status_named(std::string_view w) {
  using base::iequals;
  if (w.size() == 2) return iequals(w, "OK") ? status::ok : iequals(w, "NO") ? status::no : status::none;
  if (w.size() == 3) return iequals(w, "BAD") ? status::bad : iequals(w, "BYE") ? status::bye : status::none;
  return iequals(w, "PREAUTH") ? status::preauth : status::none;
}

bool finish_status(cursor& c, response& out, status s, char const* production) {
  out.condition = s;
  out.name = name_of(s);
  out.known = true;
  return c.sp(production) && status_text(c, out) && c.crlf("resp-text");
}

/// What the grammar does not know: as values where it looks like values, else as one text. Whether such a response may
/// come at all is not a matter of its form.
bool unknown_data(cursor& c) {
  auto const from = c.offset();
  auto const nodes = c.out().nodes().size();
  auto values = [&] {
    while (c.peek() == ' ') {
      c.advance(1);
      if (!c.any("response-data")) return false;
    }
    return c.left() == 2;
  };
  if (values()) return true;
  c.retry(from, nodes);
  c.advance(c.left() - std::min<std::size_t>(c.left(), 2));
  c.leaf(node_kind::text, from);
  return true;
}

bool numbered(cursor& c, response& out) {
  if (!c.number("message-data")) return false;
  out.number = *out.data.root().number();
  out.data_from = 1;
  if (!c.sp("message-data")) return false;
  auto const word = c.word();
  if (word.empty()) return c.fail("message-data", "expected EXISTS, RECENT, EXPUNGE or FETCH");
  out.name = word;
  auto const* r = find_rule(place::numbered, word);
  if (!r) return unknown_data(c) && c.crlf("message-data");
  out.known = true;
  out.name = r->name;
  auto const written = out.data.root().raw();
  if (written.starts_with('0') && (out.name == "EXPUNGE" || out.name == "FETCH")) {
    c.retry(2, 1);
    return c.fail("message-data", "the number may not be zero or begin with 0");
  }
  return r->read(c) && c.crlf("message-data");
}

bool untagged(cursor& c, response& out) {
  out.kind = response_kind::untagged;
  if (!c.sp("response-data")) return false;
  if (c.peek() >= '0' && c.peek() <= '9') return numbered(c, out);
  auto const word = c.word();
  if (word.empty()) return c.fail("response-data", "expected a response name");
  out.name = word;
  if (auto const s = status_named(word); s != status::none) return finish_status(c, out, s, "resp-cond-state");
  auto const* r = find_rule(place::data, word);
  if (!r) return unknown_data(c) && c.crlf("response-data");
  out.known = true;
  out.name = r->name;
  return r->read(c) && c.crlf("response-data");
}

bool continuation(cursor& c, response& out) {
  out.kind = response_kind::continuation;
  out.name = "+";
  out.known = true;
  if (!c.sp("continue-req")) return false;
  if (c.peek() == '\r') return c.crlf("continue-req");  // an empty base64
  return status_text(c, out) && c.crlf("continue-req");
}

bool tagged(cursor& c, response& out) {
  out.tag = c.word(tag_bit);
  if (out.tag.empty()) return c.fail("response", "expected '*', '+' or a tag");
  out.kind = response_kind::tagged;
  if (!c.sp("response-tagged")) return false;
  auto const s = status_named(c.word());
  if (s == status::none || s == status::bye || s == status::preauth)
    return c.fail("resp-cond-state", "a tagged response must be OK, NO or BAD");
  return finish_status(c, out, s, "resp-cond-state");
}

}  // namespace

std::string_view name_of(status s) {
  switch (s) {
    case status::none: return "";
    case status::ok: return "OK";
    case status::no: return "NO";
    case status::bad: return "BAD";
    case status::bye: return "BYE";
    case status::preauth: return "PREAUTH";
  }
  return "";
}

void read(std::string_view frame, response& out, syntax s) {
  out.kind = response_kind::garbage;
  out.condition = status::none;
  out.octets = frame;
  out.tag = out.name = out.code = out.text = {};
  out.number = 0;
  out.known = false;
  out.violation.reset();
  out.code_from = out.code_to = out.data_from = 0;
  out.data.reset(frame);
  cursor c(frame, out.data, s);
  bool good;
  if (c.peek() == '*') {
    c.advance(1);
    good = untagged(c, out);
  } else if (c.peek() == '+') {
    c.advance(1);
    good = continuation(c, out);
  } else {
    good = tagged(c, out);
  }
  if (good) return;
  out.data.close_all(c.offset());
  out.violation = base::fault{c.fault_offset(), c.fault_production(), c.fault_text()};
  out.violation->ours = c.fault_is_ours();
}

}  // namespace mailrig::wire::imap
