// performance: see performance.hpp.
#include "scenario/performance.hpp"

#include <fmt/format.h>

#include <utility>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "history/trace.hpp"
#include "net/digest.hpp"
#include "scenario/housekeeping.hpp"
#include "wire/imap/grammar.hpp"

namespace mailrig::scenario {
namespace {

using history::protocol;
using namespace std::chrono_literals;

/// Keeps the conversation's lines for people.
class transcript final : public history::event_sink {
 public:
  std::vector<history::transcript_line> lines;

  void take(history::event const& e) override {
    if (lines.size() >= most) return;
    if (e.kind != history::event_kind::sent && e.kind != history::event_kind::received) {
      lines.push_back({e.at, e.session, e.kind, base::printable(e.octets)});
      return;
    }
    std::size_t shown = 0;
    for (auto rest = e.octets; !rest.empty();) {
      auto const end = std::min(rest.find('\n'), rest.size() - 1) + 1;
      auto text = base::printable(rest.substr(0, std::min<std::size_t>(end, 300)));
      if (end > 300) text += fmt::format("... ({} octets)", end);
      rest.remove_prefix(end);
      if (++shown > 60) text = fmt::format("... ({} octets more)", rest.size() + end), rest = {};
      lines.push_back({e.at, e.session, e.kind, std::move(text)});
    }
  }

 private:
  static constexpr std::size_t most = 4000;
};

/// Ends a scenario: something did not come as expected.
struct stop {
  bool error = false;
  std::string reason;
};

class play {
 public:
  play(stage& s, script const& text, mailroom const& mail, performance_options const& o,
       history::scenario_result& result)
      : stage_(s), script_(text), mail_(mail), options_(o), result_(result), random_(o.seed ^ base::fnv1a(text.id)) {}

  values v;

  std::optional<stop> run() {
    for (auto const& d : script_.sessions)
      if (auto bad = begin(d)) return bad;
    for (auto const& o : script_.operations) {
      if (base::now() > deadline_) return stop{true, "the scenario took longer than its limit"};
      if (auto bad = one(o)) return bad;
    }
    say_goodbye();
    return std::nullopt;
  }

 private:
  player& player_of(std::size_t session) { return stage_.at(session + 1); }

  std::optional<stop> begin(session_declaration const& d) {
    auto& p = stage_.add(d.name, d.proto);
    auto const state = d.state.value_or(script_.state);
    if (state == start_state::closed) return std::nullopt;
    if (auto const in = stage_.log_in(
            p, state == start_state::greeting ? session::login_goal::greeting : session::login_goal::authenticated);
        !in)
      return unprepared(p, in.error());
    if (d.proto == protocol::imap && (state == start_state::selected || state == start_state::examined)) {
      auto const done = stage_.command(p, state == start_state::selected ? "SELECT INBOX" : "EXAMINE INBOX");
      if (!done) return unprepared(p, done.error());
    }
    return std::nullopt;
  }

  /// A server that answers, and wrongly, is a finding; one that is not there is not.
  std::optional<stop> unprepared(player& p, base::fault const& f) {
    if (p.channel && p.channel->cause() != net::end_cause::none &&
        p.channel->cause() != net::end_cause::server_closed && p.channel->cause() != net::end_cause::reset_by_peer &&
        p.channel->cause() != net::end_cause::client_closed)
      return stop{true, fmt::format("{}: {}", f.rule, f.text)};
    history::finding found;
    found.rule = "prepare";
    found.text = fmt::format("{} could not be brought to where the conversation begins: {}", f.rule, f.text);
    add(std::move(found), p, {});
    return stop{};
  }

  void add(history::finding f, player const& p, std::vector<std::string> const& proves) {
    auto const& ids = proves.empty() ? script_.proves : proves;
    if (!ids.empty()) f.requirement = ids.front();
    f.weight = options_.requirements ? options_.requirements->level_of(f.requirement) : history::level::must;
    f.outcome = history::verdict_of(f.weight);
    if (p.channel) f.session = p.channel->id();
    if (!result_.transcript.empty()) f.at = result_.transcript.back().at;
    result_.findings.push_back(std::move(f));
  }

  std::optional<stop> one(operation const& o) {
    switch (o.what) {
      case operation::kind::send: return send(o);
      case operation::kind::act: return act(o);
      case operation::kind::pause: stage_.wait([] { return false; }, o.pause); return std::nullopt;
      case operation::kind::concurrently: return concurrently(o);
      case operation::kind::expect: {
        auto const limit = o.within.value_or(options_.limits.step);
        std::optional<outcome> got;
        stage_.wait([&] { return (got = poll(o)).has_value(); }, limit);
        if (!got) got = timed_out(o, limit);
        return settle(o, *got);
      }
    }
    return std::nullopt;
  }

  // --- sending -------------------------------------------------------------------------------------------------------

  struct piece {
    std::string octets;
    bool after_continuation = false;
  };

  stop rig_error(operation const& o, std::string const& what) {
    return {true, fmt::format("{}:{}: {}", script_.file, o.line, what)};
  }

  /// "{mail NAME}", "{mail+ NAME}", "{text \"...\"}" and "{text+ \"...\"}" become literals.
  base::result<std::vector<piece>> literals(std::string const& line) {
    std::vector<piece> out(1);
    for (std::size_t at = 0; at < line.size();) {
      bool const mail = line.compare(at, 5, "{mail") == 0, text = line.compare(at, 5, "{text") == 0;
      auto const close = mail ? line.find('}', at) : text ? line.find("\"}", at) : line.npos;
      if (close == line.npos) {
        out.back().octets += line[at++];
        continue;
      }
      bool const plus = line[at + 5] == '+';
      auto argument = base::trim(std::string_view(line).substr(at + (plus ? 6 : 5), close - at - (plus ? 6 : 5)));
      std::string octets;
      if (mail) {
        auto m = mail_.read(argument);
        if (!m) return m.error();
        octets = m->octets;
        if (!v.mail_value(fmt::format("mail[{}].size", argument))) v.mail.push_back(*m);
      } else {
        if (!argument.starts_with('"')) return base::fault{at, "literal", "text stands in quotes: {text \"...\"}"};
        octets = unescaped(argument.substr(1));
      }
      out.back().octets += fmt::format("{{{}{}}}\r\n", octets.size(), plus ? "+" : "");
      if (plus)
        out.back().octets += octets;
      else
        out.push_back({octets, true});
      at = close + (mail ? 1 : 2);
    }
    return out;
  }

  static std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\\' || i + 1 == text.size()) {
        out += text[i];
        continue;
      }
      char const c = text[++i];
      if (c == 'x' && i + 2 < text.size()) {
        out += char(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
      } else {
        out += c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? '\0' : c;
      }
    }
    return out;
  }

  /// Whether a line of an IMAP script is a command (and wants a tag) or goes on with one.
  bool is_continuation(player& p, std::string_view line) {
    auto const* c = stage_.conversation(p);
    if (!c || p.proto == protocol::pop3) return true;
    if (open_literal_) return true;
    auto const& running = c->imap().in_progress;
    if (running.empty()) return false;
    auto const& last = running.back();
    return (last.is("IDLE") && base::iequals(line, "DONE")) || (last.is("AUTHENTICATE") && last.continued) ||
           (!last.whole && last.continued);
  }

  static bool has_own_tag(std::string_view line) {
    auto const w = base::words(line);
    auto known = [](std::string_view word) {
      return base::iequals(word, "UID") || wire::imap::find_command(word) != nullptr;
    };
    return w.size() >= 2 && !known(w[0]) && known(w[1]);
  }

  std::optional<stop> send(operation const& o) {
    auto& p = player_of(o.session);
    if (!stage_.is_open(p)) return ended_early(o, p);
    std::string buffer;
    open_literal_ = false;
    for (auto const& line : o.lines) {
      auto expanded = v.expand(line);
      if (!expanded) return rig_error(o, expanded.error().text);
      auto text = *expanded;
      if (!is_continuation(p, text)) {
        player::command c;
        c.numbering = stage_.numbering_now(p);
        if (has_own_tag(text))
          c.tag = text.substr(0, text.find(' '));
        else
          text = fmt::format("{} {}", c.tag = fmt::format("{}{}", p.name[0], ++p.tags), text);
        p.numbering = c.numbering;
        p.unanswered.push_back(std::move(c));
      }
      auto pieces = literals(text);
      if (!pieces) return rig_error(o, pieces.error().text);
      pieces->back().octets += "\r\n";
      open_literal_ = p.proto == protocol::imap && text.ends_with('}') && text.find("{mail") == text.npos &&
                      text.find("{text") == text.npos;
      for (auto const& piece : *pieces) {
        if (piece.after_continuation) {
          p.channel->send(std::exchange(buffer, {}));
          if (!await_continuation(p)) return std::nullopt;  // refused: the expectation will see how
        }
        buffer += piece.octets;
      }
    }
    p.channel->send(buffer);
    return std::nullopt;
  }

  bool await_continuation(player& p) {
    auto plus = [&] {
      return std::ranges::find_if(p.arrivals, [](auto const& a) { return a->what == arrival::kind::continuation; });
    };
    auto refused = [&] {
      return !stage_.is_open(p) || std::ranges::any_of(p.arrivals, [&](auto const& a) {
        return a->what == arrival::kind::tagged && !p.unanswered.empty() && a->response.tag == p.unanswered.back().tag;
      });
    };
    stage_.wait([&] { return plus() != p.arrivals.end() || refused(); }, options_.limits.step);
    if (plus() == p.arrivals.end()) return false;
    p.arrivals.erase(plus());
    return true;
  }

  std::optional<stop> ended_early(operation const& o, player& p) {
    history::finding f;
    f.rule = fmt::format("expect.{}.{}", p.name, o.line);
    f.line = o.line;
    f.text = fmt::format("the connection of {} is gone ({}) before '{}'", p.name,
                         p.channel ? net::name_of(p.channel->cause()) : "never opened",
                         o.lines.empty() ? o.action : o.lines.front());
    f.expected = {"an open connection"};
    add(std::move(f), p, o.proves);
    return stop{};
  }

  std::optional<stop> act(operation const& o) {
    auto& p = player_of(o.session);
    if (o.action == "connect") return stage_.connect(p), std::nullopt;
    if (o.action == "login") {
      if (auto const in = stage_.log_in(p, session::login_goal::authenticated); !in) return unprepared(p, in.error());
      return std::nullopt;
    }
    if (!stage_.is_open(p)) return ended_early(o, p);
    if (o.action == "drop") p.channel->close();
    if (o.action == "close") p.channel->half_close();
    if (o.action == "reset") p.channel->reset();
    if (o.action == "starttls") return upgrade(o, p);
    if (o.action == "compress") {
      if (auto const done = stage_.command(p, "COMPRESS DEFLATE"); !done) return unprepared(p, done.error());
      p.channel->start_deflate();
    }
    if (o.action == "raw" || o.action == "cut") return octets(o, p);
    return std::nullopt;
  }

  std::optional<stop> upgrade(operation const& o, player& p) {
    auto done =
        p.proto == protocol::imap
            ? (stage_.command(p, "STARTTLS") ? base::result<void>()
                                             : base::result<void>(base::fault{0, p.name, "STARTTLS was refused"}))
            : (stage_.pop3_command(p, "STLS") ? base::result<void>()
                                              : base::result<void>(base::fault{0, p.name, "STLS was refused"}));
    if (!done) return unprepared(p, done.error());
    p.channel->start_tls();
    stage_.wait(
        [&] {
          auto const* c = stage_.conversation(p);
          return !stage_.is_open(p) || (c && (c->imap().secured || c->pop3().secured));
        },
        options_.limits.step);
    return stage_.is_open(p) ? std::nullopt : ended_early(o, p);
  }

  /// raw "..." and cut "DO" 50ms "NE\r\n": octets as they stand, with pauses between.
  std::optional<stop> octets(operation const& o, player& p) {
    std::string_view rest = o.argument;
    p.numbering = stage_.numbering_now(p);
    while (!(rest = base::trim(rest)).empty()) {
      if (rest.front() == '"') {
        std::size_t end = 1;
        while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
        if (end >= rest.size()) return rig_error(o, "the octets are not closed by '\"'");
        auto const text = v.expand(unescaped(rest.substr(1, end - 1)));
        if (!text) return rig_error(o, text.error().text);
        p.channel->send(*text);
        rest.remove_prefix(end + 1);
      } else {
        auto const word = base::words(rest)[0];
        auto const d = read_duration(word);
        if (!d) return rig_error(o, fmt::format("'{}' is neither octets in quotes nor a time", word));
        stage_.wait([] { return false; }, *d);
        rest.remove_prefix(word.size());
      }
    }
    return std::nullopt;
  }

  // --- expecting -----------------------------------------------------------------------------------------------------

  struct outcome {
    bool good = true;
    expectation const* failed = nullptr;
    std::string text;    ///< what is wrong
    std::string octets;  ///< what came instead
    std::size_t offset = 0;
  };

  /// The group's outcome, or nothing while it must wait for more.
  std::optional<outcome> poll(operation const& o) {
    auto& p = player_of(o.session);
    auto const* end = o.completion();
    if (p.proto == protocol::pop3) return poll_pop3(o, p, end);
    v.numbering = p.unanswered.empty() ? p.numbering : p.unanswered.front().numbering;
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

  std::deque<arrival_ptr>::iterator completion_in(player& p, expectation const& end) {
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

  outcome judge_group(operation const& o, player& p, std::deque<arrival_ptr>::iterator at, expectation const& end) {
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

  bool any_matches(expectation const& e, arrival const& a) {
    return std::ranges::any_of(e.alternatives, [&](pattern const& p) { return p.matches(a, v); });
  }

  /// Required ones each by an arrival of its own; then what is forbidden; then, with `only`, what is left.
  std::optional<outcome> match_data(operation const& o, std::vector<arrival*> const& data,
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
  std::optional<outcome> poll_data(operation const& o, player& p) {
    auto const before = v;
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
        v = before;
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

  std::optional<outcome> poll_pop3(operation const& o, player& p, expectation const* end) {
    if (p.arrivals.empty()) return std::nullopt;
    auto const a = std::move(p.arrivals.front());
    p.arrivals.pop_front();
    if (!end)
      return outcome{false, o.expectations.empty() ? nullptr : &o.expectations[0],
                     "a status is expected first: +OK or -ERR", a->octets, 0};
    if (a->what == arrival::kind::ended && end->alternatives[0].what() != pattern::kind::ended)
      return outcome{false, end, fmt::format("the connection ended ({}) instead", a->line), {}, 0};
    if (!any_matches(*end, *a))
      return outcome{false, end, fmt::format("'{}' came instead", base::printable(a->line.substr(0, 200))), a->octets,
                     0};
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
            std::ranges::any_of(e.alternatives, [&](pattern const& x) { return x.matches_line(lines[i], v); }))
          used[i] = found = true;
      if (e.how == expectation::mode::forbidden && found) return outcome{false, &e, "this must not come", a->octets, 0};
      if (e.how == expectation::mode::required && !found) return outcome{false, &e, "no line matches", a->octets, 0};
    }
    for (std::size_t i = 0; o.only && i < lines.size(); ++i)
      if (!used[i])
        return outcome{false, nullptr,
                       fmt::format("the line '{}' was not expected", base::printable(lines[i].substr(0, 200))),
                       a->octets, 0};
    return outcome{};
  }

  std::size_t first_difference(arrival const& a, expectation const& e) {
    auto const wanted = v.mail_value(e.alternatives[0].text().substr(2));
    if (!wanted) return 0;
    auto const [x, y] = std::ranges::mismatch(a.body, *wanted);
    (void)y;
    return std::min(a.octets.size(), a.line.size() + 2 + std::size_t(x - a.body.begin()));
  }

  outcome timed_out(operation const& o, base::duration limit) {
    auto& p = player_of(o.session);
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

  std::optional<stop> settle(operation const& o, outcome const& got) {
    if (got.good) return std::nullopt;
    auto& p = player_of(o.session);
    history::finding f;
    auto const ordinal =
        std::ranges::count_if(script_.operations,
                              [&](operation const& x) { return x.what == o.what && x.line < o.line; }) +
        1;
    f.rule = fmt::format("expect.{}.{}", p.name, ordinal);
    f.line = got.failed ? got.failed->line : o.line;
    f.text = got.text;
    if (got.failed)
      for (auto const& a : got.failed->alternatives)
        f.expected.push_back((got.failed->how == expectation::mode::forbidden ? "not: " : "") + a.shown(v));
    constexpr std::size_t window = 400;
    auto const from = got.offset > window / 2 ? got.offset - window / 2 : 0;
    f.octets = got.octets.substr(std::min(from, got.octets.size()), window);
    f.offset = got.offset - from;
    add(std::move(f), p, o.proves);
    return stop{};
  }

  // --- several at once -----------------------------------------------------------------------------------------------

  std::optional<stop> concurrently(operation const& block) {
    std::vector<std::size_t> next(block.branches.size());
    auto const limit = base::now() + options_.limits.step;
    auto head = [&](std::size_t b) {
      return next[b] < block.branches[b].size() ? &block.branches[b][next[b]] : nullptr;
    };
    for (;;) {
      std::vector<std::size_t> ready;
      bool left = false;
      for (std::size_t b = 0; b < next.size(); ++b)
        if (auto const* o = head(b)) {
          left = true;
          if (o->what != operation::kind::expect) ready.push_back(b);
        }
      if (!left) return std::nullopt;
      if (!ready.empty()) {
        auto const b = ready[random_.below(ready.size())];
        if (auto bad = one(*head(b))) return bad;
        ++next[b];
        continue;
      }
      std::optional<outcome> got;
      std::size_t which = 0;
      stage_.wait(
          [&] {
            for (which = 0; which < next.size(); ++which)
              if (head(which) && (got = poll(*head(which)))) return true;
            return false;
          },
          limit - base::now());
      if (!got) {
        for (which = 0; !head(which);) ++which;
        got = timed_out(*head(which), options_.limits.step);
      }
      if (auto bad = settle(*head(which), *got)) return bad;
      ++next[which];
    }
  }

  /// Sessions that are still well end in order, so that their ends are judged too.
  void say_goodbye() {
    for (std::size_t i = 1; i < stage_.size(); ++i) {
      auto& p = stage_.at(i);
      auto const* c = stage_.conversation(p);
      if (!stage_.is_open(p) || !c || p.proto != protocol::imap || !c->imap().in_progress.empty() ||
          c->imap().state == model::imap_state::greeting)
        continue;
      if (c->imap().bye || open_literal_) continue;
      (void)stage_.command(p, "LOGOUT");
    }
  }

  stage& stage_;
  script const& script_;
  mailroom const& mail_;
  performance_options const& options_;
  history::scenario_result& result_;
  base::rng random_;
  base::instant deadline_ = base::now() + options_.limits.scenario;
  bool open_literal_ = false;
};

base::result<std::vector<message>> load(script const& s, mailroom const& room) {
  std::vector<message> out;
  for (auto const& d : s.mail) {
    auto m = room.read(d.name);
    if (!m) return m.error();
    m->flags = d.flags;
    for (std::size_t i = 1; i <= d.copies; ++i) out.push_back(d.copies > 1 ? numbered_copy(*m, i) : *m);
  }
  return out;
}

}  // namespace

history::scenario_result perform(net::loop& l, target const& t, session::credentials const& account, script const& s,
                                 mailroom const& room, performance_options const& options) {
  history::scenario_result result;
  result.id = s.id;
  result.title = s.title;
  result.file = s.file;
  result.proves = s.proves;
  auto const began = base::now();
  auto error = [&](std::string const& why) {
    result.outcome = history::verdict::error;
    result.reason = why;
    return result;
  };
  auto mail = load(s, room);
  if (!mail) return error(fmt::format("{}: {}", s.file, mail.error().text));

  check::judge judge(options.checkers, options.requirements, options.limits);
  transcript words;
  session::event_fan fan;
  std::optional<history::trace_writer> trace;
  if (!options.trace.empty()) {
    auto opened = history::trace_writer::open(
        options.trace, {{"scenario", s.id}, {"target", t.name}, {"seed", std::to_string(options.seed)}});
    if (!opened) return error(opened.error().rule + ": " + opened.error().text);
    trace.emplace(std::move(*opened));
    fan.add(*trace);
  }
  fan.add(words);
  fan.add(judge);
  {
    stage st(l, t, account, judge, fan, options.limits);
    st.add("setup", t.imap ? protocol::imap : protocol::pop3);
    housekeeping house(st, t, options.box, options.delimiter);
    if (auto const ready = house.prepare(options.may_empty, *mail); !ready) {
      auto const& f = ready.error();
      result.transcript = std::move(words.lines);
      result.sessions = st.names();
      return error(f.rule == "occupied" ? f.text : fmt::format("the account could not be prepared: {}", f.text));
    }
    play p(st, s, room, options, result);
    p.v.mail = *mail;
    p.v.names = {{"user", account.user},
                 {"password", account.password},
                 {"box", options.box},
                 {"sep", options.delimiter},
                 {"plain", net::base64('\0' + account.user + '\0' + account.password)}};
    auto const stopped = p.run();
    if (stopped && stopped->error) {
      result.outcome = history::verdict::error;
      result.reason = stopped->reason;
    }
    for (std::size_t i = 1; i < st.size(); ++i) st.at(i).channel.reset();
    if (auto const done = house.clean();
        !done && result.findings.empty() && result.outcome != history::verdict::error) {
      result.outcome = history::verdict::error;
      result.reason = "the account could not be cleaned afterwards: " + done.error().text;
    }
    result.sessions = st.names();
  }
  for (auto& f : judge.take_findings()) result.findings.push_back(std::move(f));
  result.findings_dropped = judge.dropped();
  if (result.outcome != history::verdict::error) {
    result.outcome = history::verdict::pass;
    for (auto const& f : result.findings) result.outcome = history::worse(result.outcome, f.outcome);
  }
  if (trace && !trace->good()) error("the trace could not be written: is the disk full?");
  if (result.outcome != history::verdict::pass) {
    result.transcript = std::move(words.lines);
    // How the account was prepared is of interest only where that failed.
    bool const setup_matters = result.outcome == history::verdict::error ||
                               std::ranges::any_of(result.findings, [](auto const& f) { return f.session == 0; });
    if (!setup_matters) std::erase_if(result.transcript, [](auto const& line) { return line.session == 0; });
  }
  result.took = base::now() - began;
  return result;
}

}  // namespace mailrig::scenario
