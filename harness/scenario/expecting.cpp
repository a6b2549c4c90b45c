// expecting: see expecting.hpp.
#include "scenario/expecting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/beginning.hpp"
#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "scenario/gathered.hpp"
#include "scenario/scripted_exchange.hpp"

namespace mailrig::scenario {

using history::protocol;

std::optional<outcome> expecting::poll(player& p, operation const& o) {
  last_words_.clear();
  auto got = look(p, o);
  if (got && got->good && !last_words_.empty()) {
    got->over = true;
    got->octets = last_words_;
  }
  return got;
}

std::optional<outcome> expecting::look(player& p, operation const& o) {
  auto const* end = o.completion();
  if (p.proto == protocol::pop3) return poll_pop3(o, p, end);
  v_.numbering = p.unanswered.empty() ? p.numbering : p.unanswered.front().numbering;
  if (o.within && !o.requires_something()) return poll_quiet(o, p);
  if (!end) return poll_data(o, p);
  if (auto const bad = forbidden_end(o, p, nullptr)) return bad;
  auto const at = completion_in(p, *end);
  if (at == p.arrivals.end()) {
    auto const gone = std::ranges::find_if(p.arrivals, [](auto const& a) { return a->what == arrival::kind::ended; });
    if (gone == p.arrivals.end()) return std::nullopt;
    return outcome{false, end, fmt::format("the connection ended ({}) instead", (*gone)->line), {}, 0};
  }
  auto got = judge_group(o, p, at, *end);
  using k = arrival::kind;
  auto const what = (*at)->what;
  if (what == k::continuation) p.challenge = challenge_of((*at)->octets);
  auto const closing = std::next(at);
  // Other commands' tagged responses stay for their own groups, and so do data while pipelined commands are waiting:
  // a server may work on several at once and tell all data first.
  bool const more = p.unanswered.size() > 1;
  std::deque<arrival_ptr> left;
  for (auto i = p.arrivals.begin(); i != closing; ++i)
    if (i != at && ((*i)->what == k::tagged || (more && (*i)->what == k::untagged && !(*i)->used)))
      left.push_back(std::move(*i));
  p.arrivals.erase(p.arrivals.begin(), closing);
  for (auto i = left.rbegin(); i != left.rend(); ++i) p.arrivals.push_front(std::move(*i));
  if (what == k::tagged && !p.unanswered.empty()) p.unanswered.pop_front();
  return got;
}

std::deque<arrival_ptr>::iterator expecting::completion_in(player& p, expectation const& end) {
  auto const takes = [&](pattern::kind k) {
    return std::ranges::any_of(end.alternatives, [&](pattern const& x) { return x.what() == k; });
  };
  auto const& first = end.alternatives[0];
  auto const tag = !first.tag().empty() && first.what() == pattern::kind::status ? std::string(first.tag())
                   : p.unanswered.empty()                                        ? std::string()
                                                                                 : p.unanswered.front().tag;
  return std::ranges::find_if(p.arrivals, [&](auto const& a) {
    switch (a->what) {
      case arrival::kind::tagged:
        // In other letters it is the wrong tag, and whoever waits on says no more about it.
        return first.what() != pattern::kind::ended && (tag.empty() || base::iequals(a->response.tag, tag));
      case arrival::kind::continuation: return takes(pattern::kind::continuation);
      case arrival::kind::ended: return takes(pattern::kind::ended);
      default: return false;
    }
  });
}

outcome expecting::judge_group(operation const& o, player& p, std::deque<arrival_ptr>::iterator at,
                               expectation const& end) {
  std::vector<arrival*> data;
  for (auto i = p.arrivals.begin(); i != at; ++i)
    if ((*i)->what == arrival::kind::untagged) data.push_back(i->get());
  if (auto const bad = forbidden_end(o, p, at->get())) return *bad;
  // Where the status ends the conversation, nothing was done and its data are not awaited; what is forbidden stays so.
  bool const required = end.how == expectation::mode::required;
  bool const good = any_matches(end, **at) || !required;
  bool const refused =
      !good && (*at)->what == arrival::kind::tagged && (*at)->response.condition == wire::imap::status::no;
  auto const& code = (*at)->response.code;
  auto const command = p.unanswered.empty() ? std::string() : p.unanswered.front().name;
  if (auto bad = match_data(o, data, command, **at)) {
    bad->refused = refused;
    bad->code = code;
    return *bad;
  }
  if (!good) {
    auto const& line = (*at)->line;
    auto const space = line.find(' ');
    return near(
        {false, &end, fmt::format("'{}' came instead", base::beginning_of(line, 200)), (*at)->octets,
         (*at)->what == arrival::kind::tagged && space != line.npos ? space + 1 : 0, refused, std::string(code)},
        **at);
  }
  return {};
}

/// A status, a "+" or an end that must not come. `end` is what ends the command; before it came, others are looked at
/// that need no waiting for it.
std::optional<outcome> expecting::forbidden_end(operation const& o, player& p, arrival const* end) {
  using k = arrival::kind;
  for (auto const& e : o.expectations) {
    if (e.how != expectation::mode::forbidden || e.alternatives[0].what() == pattern::kind::untagged) continue;
    auto const bad = [&](arrival const& a) {
      return outcome{false, &e, "this must not come", a.octets.empty() ? a.line : a.octets, 0};
    };
    for (auto const* list : {&p.invitations, &p.arrivals})
      for (auto const& a : *list) {
        // Another command's status is that command's.
        bool const of_another = a->what == k::tagged && a.get() != end && e.alternatives[0].tag().empty();
        if (a->what != k::untagged && !of_another && any_matches(e, *a)) return bad(*a);
        if (a.get() == end) break;
      }
  }
  return std::nullopt;
}

/// A time in which something must not come.
std::optional<outcome> expecting::poll_quiet(operation const& o, player& p) {
  auto const* end = o.completion();
  auto const at = end ? completion_in(p, *end) : p.arrivals.end();
  if (auto const bad = forbidden_end(o, p, at == p.arrivals.end() ? nullptr : at->get())) return bad;
  for (auto const& e : o.expectations)
    for (auto const& a : p.arrivals)
      if (e.how == expectation::mode::forbidden && a->what == arrival::kind::untagged && any_matches(e, *a))
        return outcome{false, &e, "this must not come", a->octets, 0};
  if (at == p.arrivals.end()) return std::nullopt;
  // The command has ended otherwise: no more of it can come.
  p.arrivals.erase(p.arrivals.begin(), std::next(at));
  if (!p.unanswered.empty()) p.unanswered.pop_front();
  return outcome{};
}

bool expecting::any_matches(expectation const& e, arrival const& a) {
  auto const hit = std::ranges::find_if(e.alternatives, [&](pattern const& p) { return p.matches(a, v_); });
  if (hit == e.alternatives.end()) return false;
  auto const which = std::size_t(hit - e.alternatives.begin());
  if (!e.trait.empty()) traits_[e.trait] = e.labels[which];
  if (which < e.ends.size() && e.ends[which]) last_words_ = a.octets.empty() ? a.line : a.octets;
  return true;
}

/// Items that no line names, of a message that was given what they name: its data may come in several responses.
bool expecting::tells_more(operation const& o, arrival const& a, std::vector<arrival const*> const& given) const {
  auto const same = [&](arrival const* g) {
    return g->response.is("FETCH") && g->response.number == a.response.number;
  };
  if (!a.response.is("FETCH") || std::ranges::none_of(given, same)) return false;
  for (auto v = a.response.args().first(); v; v = v.next().next()) {
    auto const label = model::canonical_label(v.raw());
    if (label != "UID" && std::ranges::any_of(o.expectations, [&](expectation const& e) {
          return model::canonical_label(e.text).find(label) != std::string::npos;
        }))
      return false;
  }
  return true;
}

/// With `only`: what a server may say at any time (RFC 3501 §7), whatever was asked: not the command's own data, nor of
/// the kind that was expected; of FETCH, news of flags, and what was told already.
bool expecting::may_be_unasked(operation const& o, arrival const& a, std::string_view command) {
  auto const name = a.response.name;
  bool ours = base::iequals(name, command), flags_expected = false;
  for (auto const& e : o.expectations) {
    if (e.alternatives[0].what() != pattern::kind::untagged) continue;
    ours = ours || base::iequals(e.alternatives[0].name(), name);
    flags_expected = flags_expected || base::to_upper(e.text).find("FLAGS") != std::string::npos;
    if (base::iequals(name, "FETCH") && e.how != expectation::mode::forbidden && any_matches(e, a)) return true;
  }
  if (!ours) return true;
  if (!base::iequals(name, "FETCH") || flags_expected) return false;
  bool flags = false, other = false;
  for (auto v = a.response.args().first(); v; v = v.next().next()) {
    flags = flags || v.names("FLAGS");
    other = other || !(v.names("FLAGS") || v.names("UID") || v.names("MODSEQ"));
  }
  return flags && !other;
}

/// Required ones each by an arrival of its own, or by several that say it together; one FETCH response may say what two
/// ask for. Then what is forbidden; then, with `only`, what is left.
std::optional<outcome> expecting::match_data(operation const& o, std::vector<arrival*> const& data,
                                             std::string_view command, arrival const& end) {
  std::vector<bool> used(data.size());
  std::vector<expectation const*> by(data.size());
  std::optional<std::vector<gathered>> together;
  std::size_t unused = 0;  // nothing before it is: thousands of data mostly come as they are written
  for (auto const& e : o.expectations) {
    if (e.how == expectation::mode::forbidden || e.alternatives[0].what() != pattern::kind::untagged) continue;
    bool found = false;
    while (unused < data.size() && used[unused]) ++unused;
    for (std::size_t i = unused; i < data.size() && !found; ++i)
      if (!used[i] && any_matches(e, *data[i])) {
        used[i] = data[i]->used = found = true;
        by[i] = &e;
      }
    if (!found && !together) together = gather(data);
    for (std::size_t i = 0; !found && i < together->size(); ++i)
      if (any_matches(e, *(*together)[i].whole)) {
        found = true;
        for (auto part : (*together)[i].parts) used[part] = data[part]->used = true;
      }
    for (std::size_t i = 0; !found && i < data.size(); ++i)
      found = used[i] && by[i] && by[i]->text != e.text && data[i]->response.is("FETCH") && any_matches(e, *data[i]);
    // "| end OK" behind data: the answer without them ends the conversation.
    if (found || e.how == expectation::mode::optional || any_matches(e, end) || !last_words_.empty()) continue;
    return no_match(e, data, used, end.octets);
  }
  for (auto const& e : o.expectations)
    for (std::size_t i = 0; e.how == expectation::mode::forbidden && i < data.size(); ++i)
      if (any_matches(e, *data[i])) return outcome{false, &e, "this must not come", data[i]->octets, 0};
  // "* OK", "* NO" and "* BAD" tell a reader something, at any time (RFC 3501 §7.1).
  auto const remark = [](arrival const& a) {
    using wire::imap::status;
    auto const c = a.response.condition;
    return c == status::ok || c == status::no || c == status::bad;
  };
  // What may come may come again.
  auto const optional = [&](arrival const& a) {
    return std::ranges::any_of(o.expectations, [&](expectation const& e) {
      return e.how == expectation::mode::optional && e.alternatives[0].what() == pattern::kind::untagged &&
             any_matches(e, a);
    });
  };
  std::vector<arrival const*> given;
  for (std::size_t i = 0; i < data.size(); ++i)
    if (used[i]) given.push_back(data[i]);
  for (std::size_t i = 0; o.only && i < data.size(); ++i)
    if (!used[i] && !remark(*data[i]) && !optional(*data[i]) && !may_be_unasked(o, *data[i], command) &&
        !tells_more(o, *data[i], given))
      return outcome{false, nullptr, "nothing else may come here", data[i]->octets, 0};
  return std::nullopt;
}

/// A group without an end: wait until everything required has come.
std::optional<outcome> expecting::poll_data(operation const& o, player& p) {
  auto const before = v_;
  std::vector<bool> used(p.arrivals.size());
  for (auto const& e : o.expectations) {
    bool found = e.how == expectation::mode::optional;
    for (std::size_t i = 0; i < p.arrivals.size(); ++i) {
      if (used[i] || p.arrivals[i]->what != arrival::kind::untagged || !any_matches(e, *p.arrivals[i])) continue;
      if (e.how == expectation::mode::forbidden)
        return outcome{false, &e, "this must not come", p.arrivals[i]->octets, 0};
      used[i] = found = true;
      break;
    }
    if (!found) {
      std::vector<arrival*> data;
      std::vector<std::size_t> at;
      for (std::size_t i = 0; i < p.arrivals.size(); ++i)
        if (!used[i] && p.arrivals[i]->what == arrival::kind::untagged) {
          data.push_back(p.arrivals[i].get());
          at.push_back(i);
        }
      for (auto const& g : gather(data))
        if (!found && e.how == expectation::mode::required && any_matches(e, *g.whole)) {
          found = true;
          for (auto part : g.parts) used[at[part]] = true;
        }
    }
    if (!found && e.how == expectation::mode::required) {
      v_ = before;
      if (!stage_.is_open(p)) return outcome{false, &e, stage_.how_it_ended(p), {}, 0};
      return std::nullopt;
    }
  }
  std::deque<arrival_ptr> left;
  for (std::size_t i = 0; i < p.arrivals.size(); ++i)
    if (!used[i]) left.push_back(std::move(p.arrivals[i]));
  p.arrivals.swap(left);
  return outcome{};
}

std::optional<outcome> expecting::poll_pop3(operation const& o, player& p, expectation const* end) {
  if (!end && o.within && !o.requires_something()) return forbidden_end(o, p, nullptr);
  if (p.arrivals.empty()) return std::nullopt;
  auto const a = std::move(p.arrivals.front());
  p.arrivals.pop_front();
  if (a->line.starts_with("+ ")) p.challenge = challenge_of(a->line);
  if (!end)
    return outcome{false, o.expectations.empty() ? nullptr : &o.expectations[0],
                   "a status is expected first: +OK or -ERR", a->octets, 0};
  bool const may_end =
      std::ranges::any_of(end->alternatives, [](pattern const& x) { return x.what() == pattern::kind::ended; });
  if (a->what == arrival::kind::ended && !may_end)
    return outcome{false, end, fmt::format("the connection ended ({}) instead", a->line), {}, 0};
  for (auto const& e : o.expectations)
    if (e.how == expectation::mode::forbidden && e.alternatives[0].what() != pattern::kind::pop3_line &&
        any_matches(e, *a))
      return outcome{false, &e, "this must not come", a->octets, 0};
  if (!any_matches(*end, *a) && end->how == expectation::mode::required)
    return near({false, end, fmt::format("'{}' came instead", base::beginning_of(a->line, 200)), a->octets, 0}, *a);
  if (!last_words_.empty()) return outcome{};
  auto lines = base::split(a->body, '\n');
  lines.pop_back();
  for (auto& l : lines)
    if (l.ends_with('\r')) l.remove_suffix(1);
  std::vector<bool> used(lines.size());
  std::size_t unused = 0;
  for (auto const& e : o.expectations) {
    if (&e == end) continue;
    auto const k = e.alternatives[0].what();
    if (k != pattern::kind::pop3_line && k != pattern::kind::pop3_body) continue;  // about the status
    if (e.alternatives[0].what() == pattern::kind::pop3_body) {
      if (!any_matches(e, *a))
        return outcome{false, &e, "the text is not what was put there", a->octets, first_difference(*a, e)};
      continue;
    }
    if (e.text == ".") continue;
    bool found = false;
    while (unused < lines.size() && used[unused]) ++unused;
    for (std::size_t i = unused; i < lines.size() && !found; ++i)
      if (!used[i] &&
          std::ranges::any_of(e.alternatives, [&](pattern const& x) { return x.matches_line(lines[i], v_); }))
        used[i] = found = true;
    if (e.how == expectation::mode::forbidden && found) return outcome{false, &e, "this must not come", a->octets, 0};
    if (e.how == expectation::mode::required && !found) return no_line(e, lines, used, *a);
  }
  for (std::size_t i = 0; o.only && i < lines.size(); ++i)
    if (!used[i])
      return outcome{false, nullptr, fmt::format("the line '{}' was not expected", base::beginning_of(lines[i], 200)),
                     a->octets, 0};
  return outcome{};
}

outcome expecting::timed_out(player& p, operation const& o, base::duration limit) {
  if (o.within && !o.requires_something()) return {};  // what must not come did not
  auto const asked = stage_.asked_of(p);
  auto const waited =
      fmt::format("within {} ms{}", std::chrono::duration_cast<std::chrono::milliseconds>(limit).count(),
                  stage_.server().silences->never_answered(asked) ? ", nor to any " + asked + " before" : "");
  auto const* e = o.completion();
  if (!e) {
    if (auto wrong = came_otherwise(p, o, waited)) return *wrong;
    for (auto const& x : o.expectations)
      if (!e && x.how == expectation::mode::required) e = &x;
  }
  std::string last;
  for (auto const& a : p.arrivals)
    if (!a->octets.empty()) last = a->octets;
  auto const* c = stage_.conversation(p);
  if (c && !c->pending().empty()) last = c->pending();
  auto const half = stage_.unfinished(p);
  if (p.channel && o.completion() && !o.within) stage_.give_up(p);
  return {false, e,
          half.empty() ? fmt::format("nothing that matches came {}", waited) : fmt::format("{} {}", half, waited), last,
          0};
}

}  // namespace mailrig::scenario
