// performance: see performance.hpp.
#include "scenario/performance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "history/trace.hpp"
#include "net/digest.hpp"
#include "scenario/expecting.hpp"
#include "scenario/exploration.hpp"
#include "scenario/housekeeping.hpp"
#include "scenario/sending.hpp"
#include "scenario/transcript.hpp"

namespace mailrig::scenario {
namespace {

using history::protocol;
using namespace std::chrono_literals;

/// Ends a scenario: something did not come as expected.
struct stop {
  bool error = false;
  std::string reason;
};

class play {
 public:
  play(stage& s, script const& text, mailroom const& mail, performance_options const& o,
       history::scenario_result& result)
      : stage_(s),
        script_(text),
        options_(o),
        result_(result),
        random_(o.seed ^ base::fnv1a(text.id)),
        sending_(s, v, mail),
        expecting_(s, v) {}

  values v;
  std::map<std::string, std::string> const& traits() const { return expecting_.traits(); }

  std::optional<stop> run() {
    for (auto const& d : script_.sessions)
      if (auto bad = begin(d)) return bad;
    for (auto const& o : script_.operations) {
      if (stage_.loop().now() > deadline_) return stop{true, "the scenario took longer than its limit"};
      if (auto bad = one(o)) return bad;
    }
    while (options_.go_on) {
      if (stage_.loop().now() > deadline_) return stop{true, "the scenario took longer than its limit"};
      auto const o = options_.go_on(stage_);
      if (!o) break;
      if (auto bad = one(*o)) return bad;
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
      // Knowing every UID, the checkers can tell which message a number means.
      auto const* c = stage_.conversation(p);
      if (c && c->imap().view.size() > 0)
        if (auto const told = stage_.command(p, "FETCH 1:* (UID)"); !told) return unprepared(p, told.error());
      name_uids(p);
    }
    return std::nullopt;
  }

  /// $uid1, $uid2 ...: the UIDs of the mail that lay there, which another run may not have.
  void name_uids(player const& p) {
    auto const* c = stage_.conversation(p);
    for (std::size_t n = 1; c && n <= c->imap().view.size(); ++n)
      if (auto const uid = c->imap().view.at(n).uid) v.names.emplace(fmt::format("uid{}", n), std::to_string(uid));
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
        stage_.wait([&] { return (got = expecting_.poll(player_of(o.session), o)).has_value(); }, limit);
        if (!got) got = expecting_.timed_out(player_of(o.session), o, limit);
        return settle(o, *got);
      }
    }
    return std::nullopt;
  }

  stop rig_error(operation const& o, std::string const& what) {
    return {true, fmt::format("{}:{}: {}", script_.file, o.line, what)};
  }

  std::optional<stop> send(operation const& o) {
    auto& p = player_of(o.session);
    if (!stage_.is_open(p)) return ended_early(o, p);
    if (auto const done = sending_.lines(p, o); !done) return rig_error(o, done.error().text);
    return std::nullopt;
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
    if (o.action == "server") return handle_server(o);
    auto& p = player_of(o.session);
    if (o.action == "connect") return stage_.connect(p), std::nullopt;
    if (o.action == "login") {
      if (auto const in = stage_.log_in(p, session::login_goal::authenticated); !in) return unprepared(p, in.error());
      return std::nullopt;
    }
    if (o.action == "try-login") {
      // Another may hold the maildrop: being refused is an answer like any other.
      if (!stage_.log_in(p, session::login_goal::authenticated) && p.channel) p.channel->close();
      return std::nullopt;
    }
    if (!stage_.is_open(p)) return ended_early(o, p);
    if (o.action == "explore") return explore(o, p);
    if (o.action == "drop") p.channel->close();
    if (o.action == "close") p.channel->half_close();
    if (o.action == "reset") p.channel->reset();
    if (o.action == "stall") p.channel->pause();
    if (o.action == "resume") p.channel->resume();
    if (o.action == "starttls") return upgrade(o, p);
    if (o.action == "compress") {
      if (auto const done = stage_.command(p, "COMPRESS DEFLATE"); !done) return unprepared(p, done.error());
      p.channel->start_deflate();
    }
    if (o.action == "raw" || o.action == "cut") {
      if (auto const done = sending_.octets(p, o); !done) return rig_error(o, done.error().text);
    }
    return std::nullopt;
  }

  /// What is done to the server's own process, where it is ours.
  std::optional<stop> handle_server(operation const& o) {
    auto const& power = stage_.server().power;
    if (o.argument == "kill" && power.kill) {
      stage_.expect_end();
      power.kill();
      stage_.wait(
          [&] {
            for (std::size_t i = 0; i < stage_.size(); ++i)
              if (stage_.is_open(stage_.at(i))) return false;
            return true;
          },
          std::chrono::seconds(1));
    }
    if (o.argument == "freeze" && power.freeze) power.freeze(true);
    if (o.argument == "thaw" && power.freeze) power.freeze(false);
    return std::nullopt;
  }

  /// Random requests about the mail that lies there; the checkers know what is right.
  std::optional<stop> explore(operation const& o, player& p) {
    auto const words = base::words(o.argument);
    auto const count = base::number(words.back()).value_or(0);
    for (std::uint64_t n = 0; n < count && stage_.is_open(p); ++n) {
      auto const text = words[0] == "search" ? random_search(random_, v.mail) : random_fetch(random_, v.mail);
      // What cannot be fetched may be refused, but the answer must come.
      if (auto const done = stage_.command(p, text); !done && !stage_.is_open(p)) return unprepared(p, done.error());
    }
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
    auto const limit = stage_.loop().now() + options_.limits.step;
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
              if (head(which) && (got = expecting_.poll(player_of(head(which)->session), *head(which)))) return true;
            return false;
          },
          limit - stage_.loop().now());
      if (!got) {
        for (which = 0; !head(which);) ++which;
        got = expecting_.timed_out(player_of(head(which)->session), *head(which), options_.limits.step);
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
      if (c->imap().bye || sending_.open_literal()) continue;
      (void)stage_.command(p, "LOGOUT");
    }
  }

  stage& stage_;
  script const& script_;
  performance_options const& options_;
  history::scenario_result& result_;
  base::rng random_;
  sending sending_;
  expecting expecting_;
  base::instant deadline_ = stage_.loop().now() + options_.limits.scenario;
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

history::finding unprepared(base::fault const& f, script const& s, performance_options const& o) {
  history::finding out;
  out.rule = "prepare";
  out.text = "the account could not be prepared: " + f.text;
  if (!s.proves.empty()) out.requirement = s.proves.front();
  out.weight = o.requirements ? o.requirements->level_of(out.requirement) : history::level::must;
  out.outcome = history::verdict_of(out.weight);
  return out;
}

}  // namespace

history::scenario_result perform(net::loop& l, target const& where, session::credentials const& account,
                                 script const& s, mailroom const& room, performance_options const& options) {
  target t = where;
  auto const simulated = where.simulate ? where.simulate(l, t.power) : nullptr;
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
  if (options.listener) fan.add(*options.listener);
  fan.add(judge);
  base::result<void> left_behind;
  {
    stage st(l, t, account, judge, fan, options.limits, *options.trust);
    st.add("setup", t.imap ? protocol::imap : protocol::pop3);
    housekeeping house(st, t, options.box, options.delimiter);
    if (auto const ready = house.prepare(options.may_empty, *mail); !ready) {
      auto const& f = ready.error();
      result.transcript = std::move(words.lines);
      result.sessions = st.names();
      result.findings = judge.take_findings();
      // Who lets us in and then cannot tell what lies there, or take a message, is at fault; who does not let us in may
      // have been told of another password.
      if (f.rule == "setup" || !result.findings.empty()) result.findings.push_back(unprepared(f, s, options));
      if (f.rule == "occupied" || result.findings.empty())
        return error(f.rule == "occupied" ? f.text : fmt::format("the account could not be prepared: {}", f.text));
      for (auto const& found : result.findings) result.outcome = history::worse(result.outcome, found.outcome);
      result.took = base::now() - began;
      return result;
    }
    st.cut(s.cut);
    play p(st, s, room, options, result);
    p.v.mail = *mail;
    p.v.names = {{"user", account.user},
                 {"password", account.password},
                 {"box", options.box},
                 {"sep", options.delimiter},
                 {"plain", net::base64('\0' + account.user + '\0' + account.password)}};
    auto const stopped = p.run();
    result.traits = p.traits();
    if (stopped && stopped->error) {
      result.outcome = history::verdict::error;
      result.reason = stopped->reason;
    }
    for (std::size_t i = 1; i < st.size(); ++i) st.at(i).channel.reset();
    left_behind = house.clean();
    result.sessions = st.names();
  }
  // The session that prepared the account is not what the scenario is about; what it shows, others show too.
  for (auto& f : judge.take_findings())
    if (f.session != 0) result.findings.push_back(std::move(f));
  result.findings_dropped = judge.dropped();
  // A server that misbehaved may well not be cleaned; of one that did not, we know nothing to say.
  if (!left_behind && result.findings.empty() && result.outcome != history::verdict::error)
    error("the account could not be cleaned afterwards: " + left_behind.error().text);
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
