// script_actions: see script_actions.hpp.
#include "scenario/script_actions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "scenario/explore/explorer.hpp"
#include "scenario/login_timing.hpp"

namespace mailrig::scenario {

using history::protocol;
using namespace std::chrono_literals;

std::optional<stop> script_actions::take(operation const& o) {
  if (o.action == "server") return handle_server(o), std::nullopt;
  auto& p = c_.player_of(o.session);
  if (o.action == "connect") return c_.where.connect(p), std::nullopt;
  if (o.action == "login" || o.action == "try-login") return log_in(o, p);
  if (o.action == "time-logins") return time_logins(o, p);
  if (o.action == "time-failures") return time_failures(o, p);
  if (o.action == "may-close") return c_.may_close.insert(o.session), std::nullopt;
  if (o.action == "sasl") return begin_exchange(o, p);
  // Whatever it said before it closed: nothing can be done to what is no more.
  if (c_.may_close.contains(o.session) && !c_.where.is_open(p)) return std::nullopt;
  // The exploration before it may have closed the connection; it logs in again.
  bool const left = p.channel && p.channel->cause() == net::end_cause::client_closed;
  if (o.action == "explore" && (c_.where.is_open(p) || left)) return explore(o, p);
  return c_.where.is_open(p) ? on_open(o, p) : c_.ended_early(o, p);
}

std::optional<stop> script_actions::log_in(operation const& o, player& p) {
  auto const in = c_.where.log_in(p, session::login_goal::authenticated);
  if (in) return std::nullopt;
  if (o.action == "login") return c_.refused(o, p, in.error());
  // Another may hold the maildrop: being refused is an answer like any other.
  if (p.channel) p.channel->close();
  return std::nullopt;
}

std::optional<stop> script_actions::begin_exchange(operation const& o, player& p) {
  auto const begun = c_.exchanges.begin(p, c_.where, o.argument, c_.known);
  return begun ? std::nullopt : std::optional(c_.error_at(o, begun.error().text));
}

/// The whole exchange; its status is for the script to hear.
std::optional<stop> script_actions::authenticate(operation const& o, player& p) {
  if (auto bad = begin_exchange(o, p)) return bad;
  if (auto const turn = p.proto == protocol::pop3 ? c_.where.await_turn(p) : base::result<void>(); !turn)
    return c_.not_there(p, turn.error(), {});
  auto const wrong = c_.exchanges.lead(c_.where, p);
  return wrong ? std::optional(c_.unanswerable(o, p, *wrong)) : std::nullopt;
}

std::optional<stop> script_actions::on_open(operation const& o, player& p) {
  if (o.action == "poll") return poll(o, p);
  if (o.action == "starttls") return upgrade(o, p);
  if (o.action == "handshake") return handshake(o, p);
  if (o.action == "renegotiate") return renegotiate(o, p);
  if (o.action == "hello") return hello(o, p);
  if (o.action == "compress") return compress(o, p);
  if (o.action == "authenticate") return authenticate(o, p);
  if (o.action == "raw" || o.action == "cut") return octets(o, p);
  if (o.action == "drop") p.channel->close();
  if (o.action == "close") p.channel->half_close();
  if (o.action == "reset") p.channel->reset();
  if (o.action == "blackhole") p.channel->go_dark();
  if (o.action == "stall") p.channel->pause();
  if (o.action == "resume") p.channel->resume();
  return std::nullopt;
}

/// What is done to the server's own process, where it is ours.
void script_actions::handle_server(operation const& o) {
  auto& where = c_.where;
  auto const& power = where.server().power;
  if (o.argument == "kill" && power.kill) {
    where.expect_end();
    power.kill();
    where.wait(
        [&] {
          for (std::size_t i = 0; i < where.size(); ++i)
            if (where.is_open(where.at(i))) return false;
          return true;
        },
        std::chrono::seconds(1));
  }
  if (o.argument == "freeze" && power.freeze) power.freeze(true);
  if (o.argument == "thaw" && power.freeze) power.freeze(false);
}

/// A family of requests in all its forms; the checkers know what is right.
std::optional<stop> script_actions::explore(operation const& o, player& p) {
  auto const words = base::words(o.argument);
  std::vector<player*> others;
  for (std::size_t i = 1; i < c_.where.size(); ++i) others.push_back(&c_.where.at(i));
  // Hundreds of commands: where each takes the 40 ms of a delayed acknowledgement, that is a minute by itself.
  auto const until = c_.where.working_time() + 4 * c_.options.limits.scenario;
  c_.where.allow(until);
  explorer walk({c_.where, c_.known, c_.random, until,
                 [&](history::finding f, player const& whose, std::string const& requirement) {
                   f.line = o.line;
                   c_.add(std::move(f), whose, {requirement});
                 }},
                p, c_.text.sessions[o.session].state.value_or(c_.text.state), std::move(others));
  auto const* kind = base::registry<exploration_kind>::find(words[0]);
  c_.result.explored.push_back(walk.run(*kind, words.size() > 1 ? base::number(words[1]).value_or(0) : 0));
  c_.result.exercised.insert(walk.exercised().begin(), walk.exercised().end());
  return std::nullopt;
}

/// Until the session knows of so many messages: RFC 3501 §6.3.11 has a client ask by NOOP, or failing that by CHECK.
std::optional<stop> script_actions::poll(operation const& o, player& p) {
  auto& where = c_.where;
  auto const said = base::words(o.argument);
  auto const wanted = *base::number(said[0]);
  auto const told = [&] { return where.conversation(p)->imap().view.size(); };
  auto const limit = said.size() > 2 ? *base::read_duration(said[2]) : base::duration(c_.options.limits.step);
  auto const until = where.loop().now() + limit;
  for (int round = 0; told() != wanted && where.is_open(p); ++round) {
    if (where.is_cut_short()) return cut(where.cut_short());
    if (where.loop().now() > until) {
      history::finding f;
      f.rule = fmt::format("expect.{}.{}", p.name, o.line);
      f.line = o.line;
      f.text = fmt::format("{} messages are there, and NOOP and CHECK have told of {}{}", wanted, told(),
                           said.size() > 2 ? fmt::format(" within {}", said[2]) : std::string());
      f.expected = {fmt::format("* {} EXISTS", wanted)};
      c_.add(std::move(f), p, o.proves);
      return stop{};
    }
    if (round > 1) where.wait([] { return false; }, 100ms);
    bool const by_check = round % 2 != 0 && !where.conversation(p)->imap().rev2;  // RFC 9051 has no CHECK
    if (auto const done = where.command(p, by_check ? "CHECK" : "NOOP"); !done && !where.is_open(p))
      return c_.ended_early(o, p);
  }
  return std::nullopt;
}

std::optional<stop> script_actions::upgrade(operation const& o, player& p) {
  bool const imap = p.proto == protocol::imap;
  bool const agreed = imap ? bool(c_.where.command(p, "STARTTLS")) : bool(c_.where.pop3_command(p, "STLS"));
  if (!agreed) return c_.refused(o, p, {0, p.name, imap ? "STARTTLS was refused" : "STLS was refused"});
  p.channel->start_tls();
  is_secured(p);
  return c_.where.is_open(p) ? std::nullopt : std::optional(c_.ended_early(o, p));
}

std::optional<stop> script_actions::compress(operation const& o, player& p) {
  if (auto const done = c_.where.command(p, "COMPRESS DEFLATE"); !done) return c_.refused(o, p, done.error());
  p.channel->start_deflate();
  return std::nullopt;
}

std::optional<stop> script_actions::octets(operation const& o, player& p) {
  if (auto const done = c_.out.octets(p, o); !done) return c_.error_at(o, done.error().text);
  return std::nullopt;
}

/// Whether TLS comes up.
bool script_actions::is_secured(player& p) {
  auto const up = [&] {
    auto const* c = c_.where.conversation(p);
    return c && (c->imap().secured || c->pop3().secured);
  };
  c_.where.wait([&] { return !c_.where.is_open(p) || up(); }, c_.options.limits.step);
  return c_.where.is_open(p) && up();
}

/// After a STARTTLS with more behind it, which no client may send: a server that ends the connection has done no
/// harm, and neither has one that does not speak the only version that was offered.
std::optional<stop> script_actions::handshake(operation const& o, player& p) {
  if (o.argument.empty()) {
    p.channel->start_tls();
  } else {
    auto alone = c_.where.server().tls;
    alone.lowest = alone.highest = o.argument;
    alone.resume = 0;
    auto const offered = net::tls_context::client(alone);
    if (!offered) return over(fmt::format("TLS {} alone cannot be offered here: {}", o.argument, offered.error().text));
    p.channel->start_tls(*offered);
  }
  if (is_secured(p)) return std::nullopt;
  // That nothing was asked for is no answer of the server's.
  bool const ours = p.channel->detail().find("no protocols available") != std::string::npos;
  p.channel->close();
  return over(ours ? fmt::format("this machine does not offer TLS {}", o.argument) : std::string());
}

/// Handshakes within the session, until the server ends it; it may refuse the first.
std::optional<stop> script_actions::renegotiate(operation const& o, player& p) {
  auto const wanted = p.channel->handshakes() + *base::number(o.argument);
  while (p.channel->handshakes() < wanted && c_.where.is_open(p)) {
    auto const before = p.channel->handshakes();
    p.channel->renegotiate();
    c_.where.wait([&] { return !c_.where.is_open(p) || p.channel->handshakes() > before; }, c_.options.limits.step);
    if (c_.where.is_cut_short()) return cut(c_.where.cut_short());
    if (p.channel->handshakes() == before) break;
  }
  return std::nullopt;
}

/// Known and unknown names with a wrong password; what the times tell is a finding of the step's requirement.
std::optional<stop> script_actions::time_logins(operation const& o, player& p) {
  auto const times = time_refused_logins(c_.where, p, c_.random, *base::number(o.argument), 20s);
  if (c_.where.is_cut_short()) return cut(c_.where.cut_short());
  if (times.let_in) return c_.refused(o, p, {0, p.name, "a wrong password was taken"});
  if (!is_enough(times))
    return over(fmt::format("{} pairs of refused logins in 20 s are too few to compare", times.known.size()));
  auto told = told_by_time(times);
  if (told.empty()) return std::nullopt;
  history::finding f;
  f.rule = fmt::format("expect.{}.{}", p.name, o.line);
  f.line = o.line;
  f.text = std::move(told);
  f.expected = {"times that do not depend on the name"};
  c_.add(std::move(f), p, o.proves);
  return stop{};
}

/// Failed logins one after the other: how long the server lets each wait is its choice, and recorded.
std::optional<stop> script_actions::time_failures(operation const& o, player& p) {
  auto const times = time_failed_logins(c_.where, p, *base::number(o.argument), 20s);
  if (c_.where.is_cut_short()) return cut(c_.where.cut_short());
  if (times.let_in) return c_.refused(o, p, {0, p.name, "a wrong password was taken"});
  auto const told = delay_of(times);
  if (told.word.empty())
    return over(fmt::format("{} refused logins in 20 s are too few to compare", times.refused.size()));
  c_.result.traits[p.proto == protocol::imap ? "failed-login-delay" : "pop-failed-login-delay"] = told.word;
  c_.result.notes.push_back(told.figures);
  return std::nullopt;
}

/// Octets in the place of TLS's ClientHello. The server may end, may wait for more, and may answer in TLS's own
/// records (RFC 8446 §5.1); in the clear it says nothing any more.
std::optional<stop> script_actions::hello(operation const& o, player& p) {
  auto const octets = c_.out.written(o);
  if (!octets) return c_.error_at(o, octets.error().text);
  p.channel->send_instead_of_tls(*octets);
  auto const& heard = p.channel->heard_instead_of_tls();
  auto const in_clear = [&] {
    return !heard.empty() && (heard[0] < 20 || heard[0] > 24 || (heard.size() > 1 && heard[1] != 3));
  };
  c_.where.wait([&] { return in_clear() || !c_.where.is_open(p); }, 300ms);
  if (!in_clear()) return std::nullopt;
  history::finding f;
  f.rule = fmt::format("expect.{}.{}", p.name, o.line);
  f.line = o.line;
  f.text = "the server had agreed to TLS, was sent something else, and answers in the clear";
  f.expected = {"closed", "a TLS alert", "nothing"};
  f.show(heard, 0);
  c_.add(std::move(f), p, o.proves);
  return stop{};
}

}  // namespace mailrig::scenario
