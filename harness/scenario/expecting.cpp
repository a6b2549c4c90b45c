// expecting: see expecting.hpp.
#include "scenario/expecting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::scenario {

using history::protocol;

std::optional<outcome> expecting::poll(player& p, operation const& o) {
  auto const* end = o.completion();
  if (p.proto == protocol::pop3) return poll_pop3(o, p, end);
  v_.numbering = p.unanswered.empty() ? p.numbering : p.unanswered.front().numbering;
  if (!end) return poll_data(o, p);
  auto const at = completion_in(p, *end);
  if (at == p.arrivals.end()) {
    auto const gone = std::ranges::find_if(p.arrivals, [](auto const& a) { return a->what == arrival::kind::ended; });
    if (gone == p.arrivals.end()) return std::nullopt;
    return outcome{false, end, fmt::format("the connection ended ({}) instead", (*gone)->line), {}, 0};
  }
  auto got = judge_group(o, p, at, *end);
  using k = arrival::kind;
  auto const what = (*at)->what;
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
        return first.what() != pattern::kind::ended && (a->response.tag == tag || tag.empty());
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
  if (auto bad = match_data(o, data, (*at)->octets)) return *bad;
  if (!any_matches(end, **at)) {
    auto const& line = (*at)->line;
    auto const space = line.find(' ');
    return {false, &end, fmt::format("'{}' came instead", base::printable(line.substr(0, 200))), (*at)->octets,
            (*at)->what == arrival::kind::tagged && space != line.npos ? space + 1 : 0};
  }
  return {};
}

bool expecting::any_matches(expectation const& e, arrival const& a) {
  auto const hit = std::ranges::find_if(e.alternatives, [&](pattern const& p) { return p.matches(a, v_); });
  if (hit == e.alternatives.end()) return false;
  if (!e.trait.empty()) traits_[e.trait] = e.labels[std::size_t(hit - e.alternatives.begin())];
  return true;
}

/// Required ones each by an arrival of its own; then what is forbidden; then, with `only`, what is left.
std::optional<outcome> expecting::match_data(operation const& o, std::vector<arrival*> const& data,
                                             std::string const& fallback) {
  std::vector<bool> used(data.size());
  for (auto const& e : o.expectations) {
    if (e.how == expectation::mode::forbidden || e.alternatives[0].what() != pattern::kind::untagged) continue;
    bool found = false;
    for (std::size_t i = 0; i < data.size() && !found; ++i)
      if (!used[i] && any_matches(e, *data[i])) used[i] = data[i]->used = found = true;
    if (found || e.how == expectation::mode::optional) continue;
    auto const name = e.alternatives[0].name();
    for (std::size_t i = data.size(); i-- > 0;)
      if (!used[i] && base::iequals(data[i]->response.name, name))
        return outcome{false, &e, fmt::format("no {} matches; this came", name), data[i]->octets, 2};
    return outcome{false, &e, "nothing that came matches", fallback, 0};
  }
  for (auto const& e : o.expectations)
    for (std::size_t i = 0; e.how == expectation::mode::forbidden && i < data.size(); ++i)
      if (any_matches(e, *data[i])) return outcome{false, &e, "this must not come", data[i]->octets, 0};
  for (std::size_t i = 0; o.only && i < data.size(); ++i)
    if (!used[i]) return outcome{false, nullptr, "nothing else may come here", data[i]->octets, 0};
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
    if (!found && e.how == expectation::mode::required) {
      v_ = before;
      if (!stage_.is_open(p))
        return outcome{
            false, &e, fmt::format("the connection ended ({}) instead", net::name_of(p.channel->cause())), {}, 0};
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
  if (p.arrivals.empty()) return std::nullopt;
  auto const a = std::move(p.arrivals.front());
  p.arrivals.pop_front();
  if (!end)
    return outcome{false, o.expectations.empty() ? nullptr : &o.expectations[0],
                   "a status is expected first: +OK or -ERR", a->octets, 0};
  bool const may_end =
      std::ranges::any_of(end->alternatives, [](pattern const& x) { return x.what() == pattern::kind::ended; });
  if (a->what == arrival::kind::ended && !may_end)
    return outcome{false, end, fmt::format("the connection ended ({}) instead", a->line), {}, 0};
  if (!any_matches(*end, *a))
    return outcome{false, end, fmt::format("'{}' came instead", base::printable(a->line.substr(0, 200))), a->octets, 0};
  auto lines = base::split(a->body, '\n');
  lines.pop_back();
  for (auto& l : lines)
    if (l.ends_with('\r')) l.remove_suffix(1);
  std::vector<bool> used(lines.size());
  for (auto const& e : o.expectations) {
    if (&e == end) continue;
    if (e.alternatives[0].what() == pattern::kind::pop3_body) {
      if (!any_matches(e, *a))
        return outcome{false, &e, "the text is not what was put there", a->octets, first_difference(*a, e)};
      continue;
    }
    if (e.text == ".") continue;
    bool found = false;
    for (std::size_t i = 0; i < lines.size() && !found; ++i)
      if (!used[i] &&
          std::ranges::any_of(e.alternatives, [&](pattern const& x) { return x.matches_line(lines[i], v_); }))
        used[i] = found = true;
    if (e.how == expectation::mode::forbidden && found) return outcome{false, &e, "this must not come", a->octets, 0};
    if (e.how == expectation::mode::required && !found) return outcome{false, &e, "no line matches", a->octets, 0};
  }
  for (std::size_t i = 0; o.only && i < lines.size(); ++i)
    if (!used[i])
      return outcome{false, nullptr,
                     fmt::format("the line '{}' was not expected", base::printable(lines[i].substr(0, 200))), a->octets,
                     0};
  return outcome{};
}

std::size_t expecting::first_difference(arrival const& a, expectation const& e) {
  auto const wanted = v_.mail_value(e.alternatives[0].text().substr(2));
  if (!wanted) return 0;
  auto const [x, y] = std::ranges::mismatch(a.body, *wanted);
  (void)y;
  return std::min(a.octets.size(), a.line.size() + 2 + std::size_t(x - a.body.begin()));
}

outcome expecting::timed_out(player& p, operation const& o, base::duration limit) {
  auto const* e = o.completion();
  if (!e)
    for (auto const& x : o.expectations)
      if (!e && x.how == expectation::mode::required) e = &x;
  std::string last;
  for (auto const& a : p.arrivals)
    if (!a->octets.empty()) last = a->octets;
  auto const* c = stage_.conversation(p);
  if (c && !c->pending().empty()) last = c->pending();
  if (o.completion() && !o.within) p.channel->give_up();
  return {false, e,
          fmt::format("nothing that matches came within {} ms",
                      std::chrono::duration_cast<std::chrono::milliseconds>(limit).count()),
          last, 0};
}

}  // namespace mailrig::scenario
