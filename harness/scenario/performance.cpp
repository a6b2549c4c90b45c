// performance: see performance.hpp.
#include "scenario/performance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "history/trace.hpp"
#include "scenario/expecting.hpp"
#include "scenario/explore/explorer.hpp"
#include "scenario/given_names.hpp"
#include "scenario/housekeeping.hpp"
#include "scenario/lasting_flags.hpp"
#include "scenario/refusal.hpp"
#include "scenario/sending.hpp"
#include "scenario/transcript.hpp"

namespace mailrig::scenario {
namespace {

using history::protocol;
using namespace std::chrono_literals;

/// What a maildrop is asked for before it is left. LIST first: there is a server that adds a field to each message when
/// it is asked for unique ids.
constexpr char const* last_looks[] = {"LIST", "UIDL", "STAT"};

/// Ends a scenario: something did not come as expected, and a finding says what; or, mostly with a reason, it could not
/// be played to its end.
struct stop {
  enum class why {
    finding,
    error,       ///< of the rig, or the server is not there
    unprepared,  ///< the server did not let the scenario come to what it is about
    over         ///< nothing that is left to say depends on the server alone
  } what = why::finding;
  std::string reason;
};

stop rig_error(std::string why) { return {stop::why::error, std::move(why)}; }
/// The server did not let the scenario come to what it is about; what it said may be its good right.
stop inconclusive(std::string why) { return {stop::why::unprepared, std::move(why)}; }

/// "SELECT INBOX: NO [NOPERM] not you"; of a login the fault says by itself what was refused.
std::string could_not(std::string_view what, base::fault const& f) {
  return what.empty() ? f.text : fmt::format("{}: {}", what, f.text);
}

/// The server is there, whatever it answers.
bool reached(player const& p) {
  if (!p.channel) return true;
  auto const c = p.channel->cause();
  return c == net::end_cause::none || c == net::end_cause::server_closed || c == net::end_cause::reset_by_peer ||
         c == net::end_cause::client_closed;
}

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
      if (stage_.loop().now() > deadline_) return rig_error("the scenario took longer than its limit");
      auto const bad = one(o);
      if (bad && bad->what == stop::why::over) say_goodbye();
      if (bad) return bad;
    }
    while (options_.go_on) {
      if (stage_.loop().now() > deadline_) return rig_error("the scenario took longer than its limit");
      auto const o = options_.go_on(stage_);
      if (!o) break;
      if (auto bad = one(*o)) return bad;
    }
    say_goodbye();
    return std::nullopt;
  }

 private:
  player& player_of(std::size_t session) { return stage_.at(session + 1); }

  /// Who is dismissed on the way comes once more.
  std::optional<stop> begin(session_declaration const& d) {
    auto& p = stage_.add(d.name, d.proto);
    auto const state = d.state.value_or(script_.state);
    if (state == start_state::closed) return std::nullopt;
    auto bad = enter(d, p, state);
    if (!bad || !stage_.was_dismissed(p)) return bad;
    p.channel->close();
    return enter(d, p, state);
  }

  std::optional<stop> enter(session_declaration const& d, player& p, start_state state) {
    if (auto const in = stage_.log_in(
            p, state == start_state::greeting ? session::login_goal::greeting : session::login_goal::authenticated);
        !in)
      return not_there(p, in.error(), {});
    if (d.proto == protocol::imap && (state == start_state::selected || state == start_state::examined)) {
      auto const* text = state == start_state::selected ? "SELECT INBOX" : "EXAMINE INBOX";
      auto const done = stage_.command(p, text);
      if (!done) return not_there(p, done.error(), text);
      if (auto const flag = state == start_state::selected ? flag_that_does_not_last(script_, *done) : std::nullopt)
        return stop{stop::why::over,
                    fmt::format("PERMANENTFLAGS has no {}, so that STORE of it may be ignored", *flag)};
      if (!options_.go_on && state == start_state::selected && is_read_only(p) && is_selected_elsewhere(p))
        return stop{stop::why::over,
                    fmt::format("the server opens INBOX read-only for {} while another has it open", p.name)};
      // Knowing every UID, the checkers can tell which message a number means.
      auto const* c = stage_.conversation(p);
      if (c && c->imap().view.size() > 0)
        if (auto const told = stage_.command(p, "FETCH 1:* (UID)"); !told)
          return not_there(p, told.error(), "FETCH 1:* (UID)");
      name_uids(p);
    }
    return std::nullopt;
  }

  bool is_read_only(player const& p) const {
    auto const* c = stage_.conversation(p);
    return c && c->imap().read_only;
  }
  bool is_selected_elsewhere(player const& p) const {
    for (std::size_t i = 1; i < stage_.size(); ++i) {
      auto const* c = &stage_.at(i) == &p ? nullptr : stage_.conversation(stage_.at(i));
      if (c && stage_.is_open(stage_.at(i)) && c->imap().state == model::imap_state::selected) return true;
    }
    return false;
  }

  /// $uid1, $uid2 ...: the UIDs of the mail that lay there, which another run may not have.
  void name_uids(player const& p) {
    auto const* c = stage_.conversation(p);
    for (std::size_t n = 1; c && n <= c->imap().view.size(); ++n)
      if (auto const uid = c->imap().view.at(n).uid) v.names.emplace(fmt::format("uid{}", n), std::to_string(uid));
  }

  /// A NO, or a BYE that nobody asked for, came in the way: asked again, the server may well do it.
  void cut_short(player const& p, bool refused) {
    auto const* c = stage_.conversation(p);
    if (options_.refused && (refused || (c && c->imap().bye))) *options_.refused = true;
  }

  /// A session could not be brought to where the conversation begins: of what the scenario is about, nothing is known.
  std::optional<stop> not_there(player const& p, base::fault const& f, std::string_view what) {
    cut_short(p, says_no(f));
    if (!reached(p)) return rig_error(fmt::format("{}: {}", f.rule, f.text));
    return inconclusive(could_not(what, f));
  }

  /// What a script does by an action it claims to work: being refused is a finding.
  std::optional<stop> refused(operation const& o, player& p, base::fault const& f) {
    cut_short(p, says_no(f));
    if (!reached(p)) return rig_error(fmt::format("{}: {}", f.rule, f.text));
    // Nor need a server that says BYE have a reason that it tells (RFC 3501 §7.1.5).
    auto const* c = stage_.conversation(p);
    if (is_for_now(f.text) || (c && c->imap().bye)) return inconclusive(could_not(o.action, f));
    history::finding found;
    found.rule = fmt::format("action.{}", o.action);
    found.line = o.line;
    found.text = fmt::format("{}: '{}' did not succeed: {}", f.rule, o.action, f.text);
    add(std::move(found), p, o.proves);
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
        stage_.wait([&] { return gone(o.session) || (got = expecting_.poll(player_of(o.session), o)).has_value(); },
                    limit);
        if (!got && gone(o.session)) return std::nullopt;
        if (!got && held_by_us(o)) return held_by_us(o);
        if (!got) got = expecting_.timed_out(player_of(o.session), o, limit);
        return settle(o, *got);
      }
    }
    return std::nullopt;
  }

  bool wants_inbox(player const& p) const {
    auto const* c = stage_.conversation(p);
    if (!c || p.proto == protocol::pop3) return c != nullptr;
    auto const* running = c->imap().oldest();
    return c->imap().mailbox == "INBOX" ||
           (running && base::to_upper(running->sent.octets).find("INBOX") != std::string::npos);
  }

  /// A POP3 session of this scenario has the maildrop to itself (RFC 1939 §4): whoever must wait for it, waits for us.
  std::optional<stop> held_by_us(operation const& waiting) {
    if (waiting.within && !waiting.requires_something()) return std::nullopt;  // it waits for nothing to come
    if (!waiting.completion() || !wants_inbox(player_of(waiting.session))) return std::nullopt;
    for (std::size_t n = 1; n < stage_.size(); ++n) {
      auto const& p = stage_.at(n);
      auto const* c = stage_.conversation(p);
      bool const holds =
          p.proto == protocol::pop3 && stage_.is_open(p) && c && c->pop3().state == model::pop3_state::transaction;
      if (holds && n != waiting.session + 1)
        return stop{stop::why::over, fmt::format("{} waits for the maildrop, which {} of this scenario holds by POP3",
                                                 player_of(waiting.session).name, p.name)};
    }
    return std::nullopt;
  }

  stop rig_error_at(operation const& o, std::string const& what) const {
    return rig_error(fmt::format("{}:{}: {}", script_.file, o.line, what));
  }

  std::optional<stop> send(operation const& o) {
    auto& p = player_of(o.session);
    if (gone(o.session)) return std::nullopt;
    if (!stage_.is_open(p)) return end_is_awaited(o) ? std::nullopt : ended_early(o, p);
    if (auto const done = sending_.lines(p, o); !done) return rig_error_at(o, done.error().text);
    return std::nullopt;
  }

  /// The expectation after this one takes the connection's end for an answer.
  bool end_is_awaited(operation const& o) const {
    auto const at = std::ranges::find_if(script_.operations, [&](operation const& x) { return &x == &o; });
    if (at == script_.operations.end() || std::next(at) == script_.operations.end()) return false;
    auto const* end = std::next(at)->session == o.session ? std::next(at)->completion() : nullptr;
    return end &&
           std::ranges::any_of(end->alternatives, [](pattern const& x) { return x.what() == pattern::kind::ended; });
  }

  /// The script lets the server close this session, and it has: nothing is left to say or to hear.
  bool gone(std::size_t session) {
    auto& p = player_of(session);
    return may_close_.contains(session) && !stage_.is_open(p) &&
           std::ranges::all_of(p.arrivals, [](auto const& a) { return a->what == arrival::kind::ended; });
  }

  std::optional<stop> ended_early(operation const& o, player& p) {
    cut_short(p, false);
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
      if (auto const in = stage_.log_in(p, session::login_goal::authenticated); !in) return refused(o, p, in.error());
      return std::nullopt;
    }
    if (o.action == "try-login") {
      // Another may hold the maildrop: being refused is an answer like any other.
      if (!stage_.log_in(p, session::login_goal::authenticated) && p.channel) p.channel->close();
      return std::nullopt;
    }
    if (o.action == "may-close") return may_close_.insert(o.session), std::nullopt;
    if (gone(o.session)) return std::nullopt;
    // The exploration before it may have closed the connection; it logs in again.
    bool const left = p.channel && p.channel->cause() == net::end_cause::client_closed;
    if (o.action == "explore" && (stage_.is_open(p) || left)) return explore(o, p);
    if (!stage_.is_open(p)) return ended_early(o, p);
    if (o.action == "poll") return poll(o, p);
    if (o.action == "drop") p.channel->close();
    if (o.action == "close") p.channel->half_close();
    if (o.action == "reset") p.channel->reset();
    if (o.action == "stall") p.channel->pause();
    if (o.action == "resume") p.channel->resume();
    if (o.action == "starttls") return upgrade(o, p);
    if (o.action == "handshake") return handshake(p);
    if (o.action == "hello") return hello(o, p);
    if (o.action == "compress") {
      if (auto const done = stage_.command(p, "COMPRESS DEFLATE"); !done) return refused(o, p, done.error());
      p.channel->start_deflate();
    }
    if (o.action == "raw" || o.action == "cut") {
      if (auto const done = sending_.octets(p, o); !done) return rig_error_at(o, done.error().text);
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

  /// A family of requests in all its forms; the checkers know what is right.
  std::optional<stop> explore(operation const& o, player& p) {
    auto const words = base::words(o.argument);
    std::vector<player*> others;
    for (std::size_t i = 1; i < stage_.size(); ++i) others.push_back(&stage_.at(i));
    // Hundreds of commands: where each takes the 40 ms of a delayed acknowledgement, that is a minute by itself.
    deadline_ = std::max(deadline_, stage_.loop().now() + 4 * options_.limits.scenario);
    explorer walk({stage_, v, random_, deadline_,
                   [&](history::finding f, player const& whose, std::string const& requirement) {
                     f.line = o.line;
                     add(std::move(f), whose, {requirement});
                   }},
                  p, script_.sessions[o.session].state.value_or(script_.state), std::move(others));
    auto const* kind = base::registry<exploration_kind>::find(words[0]);
    result_.explored.push_back(walk.run(*kind, words.size() > 1 ? base::number(words[1]).value_or(0) : 0));
    result_.exercised.insert(walk.exercised().begin(), walk.exercised().end());
    return std::nullopt;
  }

  /// Until the session knows of so many messages: RFC 3501 §6.3.11 has a client ask by NOOP, or failing that by CHECK.
  std::optional<stop> poll(operation const& o, player& p) {
    auto const wanted = *base::number(o.argument);
    auto const told = [&] { return stage_.conversation(p)->imap().view.size(); };
    auto const until = stage_.loop().now() + options_.limits.step;
    for (int round = 0; told() != wanted && stage_.is_open(p); ++round) {
      if (stage_.loop().now() > until) {
        history::finding f;
        f.rule = fmt::format("expect.{}.{}", p.name, o.line);
        f.line = o.line;
        f.text = fmt::format("{} messages are there, and NOOP and CHECK have told of {}", wanted, told());
        f.expected = {fmt::format("* {} EXISTS", wanted)};
        add(std::move(f), p, o.proves);
        return stop{};
      }
      if (round > 1) stage_.wait([] { return false; }, 100ms);
      if (auto const done = stage_.command(p, round % 2 ? "CHECK" : "NOOP"); !done && !stage_.is_open(p))
        return ended_early(o, p);
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
    if (!done) return refused(o, p, done.error());
    secure(p);
    return stage_.is_open(p) ? std::nullopt : ended_early(o, p);
  }

  /// Whether TLS is up now.
  bool secure(player& p) {
    auto const up = [&] {
      auto const* c = stage_.conversation(p);
      return c && (c->imap().secured || c->pop3().secured);
    };
    p.channel->start_tls();
    stage_.wait([&] { return !stage_.is_open(p) || up(); }, options_.limits.step);
    return stage_.is_open(p) && up();
  }

  /// After a STARTTLS with more behind it, which no client may send: a server that ends the connection has done no
  /// harm.
  std::optional<stop> handshake(player& p) {
    if (secure(p)) return std::nullopt;
    p.channel->close();
    return stop{stop::why::over, {}};
  }

  /// Octets in the place of TLS's ClientHello. The server may end, may wait for more, and may answer in TLS's own
  /// records (RFC 8446 §5.1); in the clear it says nothing any more.
  std::optional<stop> hello(operation const& o, player& p) {
    auto const octets = sending_.written(o);
    if (!octets) return rig_error_at(o, octets.error().text);
    p.channel->send_instead_of_tls(*octets);
    auto const& heard = p.channel->heard_instead_of_tls();
    auto const in_clear = [&] {
      return !heard.empty() && (heard[0] < 20 || heard[0] > 24 || (heard.size() > 1 && heard[1] != 3));
    };
    stage_.wait([&] { return in_clear() || !stage_.is_open(p); }, 300ms);
    if (!in_clear()) return std::nullopt;
    history::finding f;
    f.rule = fmt::format("expect.{}.{}", p.name, o.line);
    f.line = o.line;
    f.text = "the server had agreed to TLS, was sent something else, and answers in the clear";
    f.expected = {"closed", "a TLS alert", "nothing"};
    f.octets = heard.substr(0, 400);
    add(std::move(f), p, o.proves);
    return stop{};
  }

  std::optional<stop> settle(operation const& o, outcome const& got) {
    if (got.over) {
      auto const words = base::trim(std::string_view(got.octets).substr(0, 200));
      return stop{stop::why::over,
                  fmt::format("the rest depends on what the server declined: {}", base::printable(words))};
    }
    if (got.good) return std::nullopt;
    auto& p = player_of(o.session);
    cut_short(p, got.refused);
    if (got.refused && is_excuse(got.code))
      return stop{stop::why::over, fmt::format("the server would not ({}): {}", got.code, base::printable(got.octets))};
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
    f.misses = got.misses;
    if (got.unreadable) f.because = "grammar";
    add(std::move(f), p, o.proves);
    // What could not be read may have said what was expected: that it breaks the grammar is the finding.
    if (got.unreadable) result_.findings.back().outcome = history::verdict::unknown;
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
        if (auto held = held_by_us(*head(which))) return held;
        got = expecting_.timed_out(player_of(head(which)->session), *head(which), options_.limits.step);
      }
      if (auto bad = settle(*head(which), *got)) return bad;
      ++next[which];
    }
  }

  /// Sessions that are still well end in order, so that their ends are judged too.
  void say_goodbye() {
    for (std::size_t i = 1; i < stage_.size(); ++i)
      if (auto& p = stage_.at(i); stage_.is_open(p) && p.channel->broken_off()) p.channel->close();
    // Nobody waits for a maildrop that we hold.
    for (std::size_t i = 1; i < stage_.size(); ++i)
      if (auto& p = stage_.at(i); p.proto == protocol::pop3 && stage_.is_open(p)) p.channel->close();
    for (std::size_t i = 1; i < stage_.size(); ++i) {
      auto& p = stage_.at(i);
      auto const* c = stage_.conversation(p);
      if (!stage_.is_open(p) || !c) continue;
      if (p.proto == protocol::pop3) {
        if (!cut_off(i - 1)) leave_maildrop(p, *c);
        continue;
      }
      if (!c->imap().in_progress.empty() || c->imap().state == model::imap_state::greeting) continue;
      if (c->imap().bye || sending_.open_literal()) continue;
      (void)stage_.command(p, "LOGOUT");
    }
  }

  /// The script sent octets that end no line: what came behind them would not be read as it is meant.
  bool cut_off(std::size_t session) const {
    return std::ranges::any_of(script_.operations, [&](operation const& o) {
      return o.session == session && (o.action == "raw" || o.action == "cut") && !o.argument.ends_with("\\n\"");
    });
  }

  /// A last look at what is there, so that QUIT's effects can be judged by whoever logs in next.
  void leave_maildrop(player& p, model::conversation const& c) {
    auto const state = c.pop3().state;
    if (!c.pop3().unanswered.empty() || state == model::pop3_state::greeting || state == model::pop3_state::update)
      return;
    if (state == model::pop3_state::transaction)
      for (auto const* look : last_looks)
        if (stage_.is_open(p)) (void)stage_.pop3_command(p, look);
    if (stage_.is_open(p)) (void)stage_.pop3_command(p, "QUIT");
  }

  stage& stage_;
  script const& script_;
  performance_options const& options_;
  history::scenario_result& result_;
  base::rng random_;
  std::set<std::size_t> may_close_;  ///< sessions
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

}  // namespace

history::verdict grade(history::scenario_result const& r) {
  using history::verdict;
  bool const by_itself =
      std::ranges::any_of(r.findings, [](auto const& f) { return f.because.empty() && f.outcome >= verdict::warn; });
  auto out = r.reason.empty() ? verdict::pass : verdict::unknown;
  for (auto const& f : r.findings)
    if (f.because.empty() || !by_itself) out = history::worse(out, f.outcome);
  return out;
}

namespace {

/// What the scenario's POP3 sessions left is seen by one more, so that it can be judged.
void look_again(stage& st) {
  auto& p = st.add("afterwards", protocol::pop3);
  if (!st.log_in(p, session::login_goal::authenticated)) return;  // they may hold the lock still
  for (auto const* look : last_looks)
    if (st.is_open(p)) (void)st.pop3_command(p, look);
  p.channel.reset();
}

/// A server may end any session (RFC 3501 §7.1.5): what this one had begun, the next begins anew.
base::result<void> prepared(housekeeping& house, stage& st, bool may_empty, std::vector<message> const& mail) {
  auto ready = house.prepare(may_empty, mail);
  for (int more = 3; !ready && more > 0 && st.was_dismissed(st.at(0)); --more)
    ready = house.prepare(may_empty || house.found_empty(), mail);
  return ready;
}

/// A SHOULD of APPEND (RFC 3501 §6.3.11), whatever the scenario is about.
history::finding flags_left_out(std::string const& which, performance_options const& options) {
  history::finding f;
  f.rule = flags_not_appended;
  f.requirement = "RFC3501-6.3.11-01";
  f.weight = options.requirements ? options.requirements->level_of(f.requirement) : history::level::should;
  f.outcome = history::verdict_of(f.weight);
  f.text =
      fmt::format("APPEND was given flags, answered OK, and the messages lack {}; STORE has set them since", which);
  f.expected = {"the flags that APPEND was given"};
  return f;
}

bool speaks_of_recent(std::vector<operation> const& operations) {
  auto const names = [](std::string_view text) {
    return std::ranges::any_of(base::words(base::to_upper(text)), [](std::string_view w) {
      while (w.starts_with('(') || w.starts_with('\\')) w.remove_prefix(1);
      while (w.ends_with(')')) w.remove_suffix(1);
      return w == "RECENT" || w == "NEW" || w == "OLD";
    });
  };
  return std::ranges::any_of(operations, [&](operation const& o) {
    return std::ranges::any_of(o.lines, names) || std::ranges::any_of(o.branches, speaks_of_recent) ||
           std::ranges::any_of(o.expectations, [&](expectation const& e) { return names(e.text); });
  });
}

history::finding still_there(std::string const& text, performance_options const& options, player const& p) {
  history::finding f;
  f.rule = "cleaning.kept";
  f.requirement = p.proto == protocol::imap ? "RFC3501-6.4.3-01" : "RFC1939-6.QUIT-01";
  f.weight = options.requirements ? options.requirements->level_of(f.requirement) : history::level::must;
  f.outcome = history::verdict_of(f.weight);
  f.text =
      fmt::format("after the scenario all mail was marked and removed, and each command was answered OK: {}", text);
  f.expected = {"an empty mailbox"};
  return f;
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

  // What is malformed on purpose means nothing, and a server that reads something into it breaks no rule.
  bool const alone = std::ranges::find(s.tags, "unjudged") != s.tags.end();
  check::judge judge(alone ? std::vector<check::checker_kind const*>() : options.checkers, options.requirements,
                     options.limits);
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
  std::string lost_flags;
  bool declined = false;
  {
    stage st(l, t, account, judge, fan, options.limits, *options.trust);
    st.add("setup", t.imap ? protocol::imap : protocol::pop3);
    housekeeping house(st, t, options.box, options.delimiter);
    auto const ready = prepared(house, st, options.may_empty, *mail);
    if (options.found_empty && house.found_empty()) *options.found_empty = true;
    if (!ready) {
      auto const& f = ready.error();
      if (options.refused && (f.rule == "setup" || f.rule == "keywords")) *options.refused = true;
      result.transcript = std::move(words.lines);
      result.sessions = st.names();
      result.findings = judge.take_findings();
      result.notes = check::notes_of(judge, result.sessions);
      result.reason = f.rule == "occupied" ? f.text : "could not be prepared: " + f.text;
      // What the server did wrong on the way stands by itself, whatever it refused.
      bool const ours = f.rule == "occupied" || (result.findings.empty() && !reached(st.at(0)));
      result.outcome = ours ? history::verdict::error : grade(result);
      // RFC 3501 §7.1, PERMANENTFLAGS: clients may be unable to make new keywords, and APPEND may say so.
      if (f.rule == "keywords" && result.findings.empty()) result.outcome = history::verdict::skip;
      // What came in before it failed is the rig's own; a mailbox that was not ours to empty is left alone.
      if (options.may_empty && f.rule != "occupied" && !house.clean() && options.unclean) *options.unclean = true;
      result.took = base::now() - began;
      return result;
    }
    st.cut(s.cut);
    play p(st, s, room, options, result);
    p.v.mail = *mail;
    p.v.names = given_names(account, options.box, options.delimiter);
    lost_flags = house.lost_flags();
    bool const recent_gone = !lost_flags.empty() && speaks_of_recent(s.operations);
    auto const stopped =
        recent_gone ? inconclusive("APPEND left out flags, and the STORE that set them has taken \\Recent away")
                    : p.run();
    result.traits = p.traits();
    if (stopped) result.reason = stopped->reason;
    if (stopped && stopped->what == stop::why::error) result.outcome = history::verdict::error;
    if (stopped && stopped->what == stop::why::unprepared) result.reason = "could not be prepared: " + stopped->reason;
    declined =
        stopped && !stopped->reason.empty() &&
        (stopped->what == stop::why::over || (stopped->what == stop::why::unprepared && was_declined(stopped->reason)));
    for (std::size_t i = 1; i < st.size(); ++i) st.at(i).channel.reset();
    if (!stopped && s.uses(protocol::pop3)) look_again(st);
    left_behind = house.clean();
    if (!left_behind && options.refused) *options.refused = true;
    if (!left_behind && options.unclean) *options.unclean = true;
    // Both were answered OK, and the mail lies there still, in an account that this run alone uses.
    if (!left_behind && left_behind.error().rule == "kept" && house.agreed_to_empty())
      result.findings.push_back(still_there(left_behind.error().text, options, st.at(0)));
    result.sessions = st.names();
  }
  // The session that prepared the account is not what the scenario is about; what it shows, others show too.
  for (auto& f : judge.take_findings())
    if (f.session != 0) result.findings.push_back(std::move(f));
  result.findings_dropped = judge.dropped();
  result.notes = check::notes_of(judge, result.sessions);
  // A server that misbehaved may well not be cleaned; of one that did not, we know nothing to say.
  if (declined && !result.findings.empty()) {
    declined = false;
    result.reason.clear();
  }
  if (!left_behind && result.findings.empty() && (declined || result.reason.empty())) {
    declined = false;
    result.reason = "the account could not be cleaned afterwards: " + left_behind.error().text;
  }
  if (result.outcome != history::verdict::error) result.outcome = declined ? history::verdict::skip : grade(result);
  if (!lost_flags.empty() && result.outcome != history::verdict::error && result.outcome != history::verdict::skip) {
    result.findings.push_back(flags_left_out(lost_flags, options));
    result.outcome = history::worse(result.outcome, result.findings.back().outcome);
  }
  if (trace && !trace->good()) error("the trace could not be written: is the disk full?");
  if (result.outcome != history::verdict::pass) {
    result.transcript = std::move(words.lines);
    // How the account was prepared is of interest only where that failed.
    bool const setup_matters =
        !result.reason.empty() || std::ranges::any_of(result.findings, [](auto const& f) { return f.session == 0; });
    if (!setup_matters) std::erase_if(result.transcript, [](auto const& line) { return line.session == 0; });
  }
  result.took = base::now() - began;
  return result;
}

}  // namespace mailrig::scenario
