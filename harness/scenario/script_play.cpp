// script_play: see script_play.hpp.
#include "scenario/script_play.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/beginning.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "scenario/lasting_flags.hpp"
#include "scenario/refusal.hpp"
#include "session/endpoint_list.hpp"

namespace mailrig::scenario {

using history::protocol;

std::optional<stop> script_play::run() {
  for (auto const& d : c_.text.sessions)
    if (auto bad = begin(d)) return bad;
  if (std::ranges::find(c_.text.tags, "login-delay") != c_.text.tags.end()) c_.where.be_impatient();
  auto const late = [&]() -> std::optional<stop> {
    return c_.where.is_cut_short() ? std::optional(cut(c_.where.cut_short())) : std::nullopt;
  };
  for (auto const& o : c_.text.operations) {
    if (auto bad = late()) return bad;
    auto const bad = one(o);
    if (bad && bad->what == stop::why::over) say_goodbye();
    if (bad) return bad;
  }
  if (auto bad = late()) return bad;
  while (c_.options.go_on) {
    if (auto bad = late()) return bad;
    auto const o = c_.options.go_on(c_.where);
    if (!o) break;
    if (auto bad = one(*o)) return bad;
  }
  say_goodbye();
  return std::nullopt;
}

// --- the sessions' beginning -----------------------------------------------------------------------------------------

/// As the script says, or else by the target's policy. The first of several that are spread is not where the account
/// was prepared, so that even a script with one session sees what was done elsewhere.
std::size_t script_play::endpoint_of(session_declaration const& d) {
  auto const& t = c_.where.server();
  if (!d.endpoint.empty()) return t.endpoint_named(d.proto, d.endpoint).value_or(0);
  auto const& list = t.endpoints(d.proto);
  if (c_.options.spread && !list.all.empty()) return (c_.where.size() - 1) % list.all.size();
  auto const& user = d.user > 1 ? c_.options.second->who.user : c_.where.account().user;
  base::rng chance(base::fnv1a(d.name, base::fnv1a(c_.text.id)) ^ c_.options.seed);
  return session::choose_endpoint(list, {c_.options.seed, user, d.name}, chance);
}

/// Who is dismissed on the way comes once more.
std::optional<stop> script_play::begin(session_declaration const& d) {
  if (d.user > 1 && !c_.options.second)
    return rig_error(fmt::format("{}: it has a second user, and there is no account for one here", c_.text.file));
  auto& p = d.user > 1 ? c_.where.add(d.name, d.proto, c_.options.second->who) : c_.where.add(d.name, d.proto);
  p.endpoint = endpoint_of(d);
  auto const state = d.state.value_or(c_.text.state);
  if (state == start_state::closed) return std::nullopt;
  auto bad = enter(d, p, state);
  if (!bad || !c_.where.was_dismissed(p)) return bad;
  p.channel->close();
  return enter(d, p, state);
}

std::optional<stop> script_play::enter(session_declaration const& d, player& p, start_state state) {
  auto const goal = state == start_state::greeting ? session::login_goal::greeting : session::login_goal::authenticated;
  if (auto const in = c_.where.log_in(p, goal); !in) return c_.not_there(p, in.error(), {});
  if (c_.text.second_revision && d.proto == protocol::imap)
    if (auto bad = turn_on_second_revision(p)) return bad;
  bool const opens = state == start_state::selected || state == start_state::examined;
  return opens && d.proto == protocol::imap ? open_inbox(p, state) : std::nullopt;
}

/// Where nothing else is spoken there is nothing to turn on (RFC 9051 §6.3.1).
std::optional<stop> script_play::turn_on_second_revision(player& p) {
  auto const on = [&] {
    auto const* c = c_.where.conversation(p);
    return c && c->imap().rev2;
  };
  constexpr std::string_view command = "ENABLE IMAP4rev2";
  if (on()) return std::nullopt;
  auto const done = c_.where.command(p, std::string(command));
  if (!done) return c_.not_there(p, done.error(), command);
  return on() ? std::nullopt : std::optional(over("ENABLE IMAP4rev2 was answered OK, and turned nothing on"));
}

std::optional<stop> script_play::open_inbox(player& p, start_state state) {
  auto const* text = state == start_state::selected ? "SELECT INBOX" : "EXAMINE INBOX";
  auto const done = c_.where.command(p, text);
  if (!done) return c_.not_there(p, done.error(), text);
  if (auto const flag = state == start_state::selected ? flag_that_does_not_last(c_.text, *done) : std::nullopt)
    return over(fmt::format("PERMANENTFLAGS has no {}, so that STORE of it may be ignored", *flag));
  if (!c_.options.go_on && state == start_state::selected && is_read_only(p) && is_selected_elsewhere(p))
    return over(fmt::format("the server opens INBOX read-only for {} while another has it open", p.name));
  // Knowing every UID, the checkers can tell which message a number means.
  auto const* c = c_.where.conversation(p);
  if (c && c->imap().view.size() > 0) {
    constexpr std::string_view uids = "FETCH 1:* (UID)";
    auto told = c_.where.command(p, std::string(uids));
    // What is down for a moment is asked once more.
    if (!told) told = c_.where.command(p, std::string(uids));
    if (!told) return c_.not_there(p, told.error(), uids);
  }
  name_uids(p);
  return std::nullopt;
}

/// $uid1, $uid2 ...: the UIDs of the mail that lay there, which another run may not have.
bool script_play::is_read_only(player const& p) const {
  auto const* c = c_.where.conversation(p);
  return c && c->imap().read_only;
}

bool script_play::is_selected_elsewhere(player const& p) const {
  for (std::size_t i = 1; i < c_.where.size(); ++i) {
    auto const& other = c_.where.at(i);
    auto const* c = &other == &p || other.who.user != p.who.user ? nullptr : c_.where.conversation(other);
    if (c && c_.where.is_open(c_.where.at(i)) && c->imap().state == model::imap_state::selected) return true;
  }
  return false;
}

void script_play::name_uids(player const& p) {
  auto const* c = c_.where.conversation(p);
  if (c && c->imap().uidvalidity != 0) c_.known.names.emplace("inbox_validity", std::to_string(c->imap().uidvalidity));
  for (std::size_t n = 1; c && n <= c->imap().view.size(); ++n)
    if (auto const uid = c->imap().view.at(n).uid) c_.known.names.emplace(fmt::format("uid{}", n), std::to_string(uid));
}

// --- one operation ---------------------------------------------------------------------------------------------------

std::optional<stop> script_play::one(operation const& o) {
  switch (o.what) {
    case operation::kind::send: return send(o);
    case operation::kind::act: return actions_.take(o);
    case operation::kind::pause: c_.where.wait([] { return false; }, o.pause); return std::nullopt;
    case operation::kind::concurrently: return concurrently(o);
    case operation::kind::expect: return expect(o);
  }
  return std::nullopt;
}

std::optional<stop> script_play::send(operation const& o) {
  auto& p = c_.player_of(o.session);
  if (c_.gone(o.session)) return std::nullopt;
  if (!c_.where.is_open(p)) return end_is_awaited(o) ? std::nullopt : std::optional(c_.ended_early(o, p));
  if (enters_maildrop(p, o))
    if (auto const turn = c_.where.await_turn(p); !turn) return c_.not_there(p, turn.error(), {});
  if (auto const wrong = c_.exchanges.answer(p, o, c_.known)) return c_.unanswerable(o, p, *wrong);
  if (auto const done = c_.out.lines(p, o); !done) return c_.error_at(o, done.error().text);
  return std::nullopt;
}

/// The script logs in by lines of its own.
bool script_play::enters_maildrop(player const& p, operation const& o) const {
  auto const* c = c_.where.conversation(p);
  if (p.proto != protocol::pop3 || !c || c->pop3().state != model::pop3_state::authorization) return false;
  return std::ranges::any_of(o.lines, [](std::string_view line) {
    return std::ranges::any_of(std::array{"PASS ", "APOP ", "AUTH "},
                               [&](auto verb) { return base::istarts_with(line, verb); });
  });
}

/// The expectation after this one takes the connection's end for an answer.
bool script_play::end_is_awaited(operation const& o) const {
  auto const& all = c_.text.operations;
  auto const at = std::ranges::find_if(all, [&](operation const& x) { return &x == &o; });
  if (at == all.end() || std::next(at) == all.end()) return false;
  auto const* end = std::next(at)->session == o.session ? std::next(at)->completion() : nullptr;
  return end &&
         std::ranges::any_of(end->alternatives, [](pattern const& x) { return x.what() == pattern::kind::ended; });
}

std::optional<stop> script_play::expect(operation const& o) {
  auto& p = c_.player_of(o.session);
  auto const limit = o.within.value_or(o.completion() ? c_.where.step_for(p) : c_.options.limits.step);
  if (!p.channel)
    return c_.error_at(
        o, fmt::format("the session {} is not open: '{}: connect' stands before what it hears", p.name, p.name));
  std::optional<outcome> got;
  c_.where.wait([&] { return c_.gone(o.session) || (got = expecting_.poll(p, o)).has_value(); }, limit);
  if (!got && c_.gone(o.session)) return std::nullopt;
  if (!got && !c_.where.cut_short().empty()) return cut(c_.where.cut_short());
  if (!got)
    if (auto held = held_by_us(o)) return held;
  if (!got) got = expecting_.timed_out(p, o, limit);
  return settle(o, *got);
}

bool script_play::wants_inbox(player const& p) const {
  auto const* c = c_.where.conversation(p);
  if (!c || p.proto == protocol::pop3) return c != nullptr;
  auto const* running = c->imap().oldest();
  return c->imap().mailbox == "INBOX" ||
         (running && base::to_upper(running->sent.octets).find("INBOX") != std::string::npos);
}

/// A POP3 session of this scenario has the maildrop to itself (RFC 1939 §4): whoever must wait for it, waits for us.
std::optional<stop> script_play::held_by_us(operation const& waiting) {
  if (waiting.within && !waiting.requires_something()) return std::nullopt;  // it waits for nothing to come
  auto const& waits = c_.player_of(waiting.session);
  if (!waiting.completion() || !wants_inbox(waits)) return std::nullopt;
  for (std::size_t n = 1; n < c_.where.size(); ++n) {
    auto const& p = c_.where.at(n);
    auto const* c = c_.where.conversation(p);
    bool const holds =
        p.proto == protocol::pop3 && c_.where.is_open(p) && c && c->pop3().state == model::pop3_state::transaction;
    if (holds && &p != &waits && p.who.user == waits.who.user)
      return over(
          fmt::format("{} waits for the maildrop, which {} of this scenario holds by POP3", waits.name, p.name));
  }
  return std::nullopt;
}

std::optional<stop> script_play::settle(operation const& o, outcome const& got) {
  if (!got.good && !c_.where.cut_short().empty()) return cut(c_.where.cut_short());
  if (got.over) {
    return over(fmt::format("the rest depends on what the server declined: {}",
                            base::beginning_of(base::trim(got.octets), 200)));
  }
  if (got.good) return std::nullopt;
  auto& p = c_.player_of(o.session);
  c_.cut_short(p, got.refused);
  if (got.refused && is_excuse(got.code))
    return over(fmt::format("the server would not ({}): {}", got.code, base::printable(got.octets)));
  // RFC 6855 §6: who takes UTF-8 only serves no script that logs in by itself and says nothing of it.
  auto const* c = p.proto == protocol::imap ? c_.where.conversation(p) : nullptr;
  bool const only = c && (c->imap().can("UTF8=ONLY") || c_.options.utf8_only);
  if (got.refused && base::iequals(got.code, "CANNOT") && only && !c->imap().syntax.utf8)
    return over("the server has UTF8=ONLY, and the script does not enable UTF8=ACCEPT");
  history::finding f;
  auto const earlier = [&](operation const& x) { return x.what == o.what && x.line < o.line; };
  f.rule = fmt::format("expect.{}.{}", p.name, std::ranges::count_if(c_.text.operations, earlier) + 1);
  f.line = got.failed ? got.failed->line : o.line;
  f.text = got.text;
  if (got.failed)
    for (auto const& a : got.failed->alternatives)
      f.expected.push_back((got.failed->how == expectation::mode::forbidden ? "not: " : "") + a.shown(c_.known));
  f.show(got.octets, got.offset);
  f.misses = got.misses;
  if (got.unreadable) f.because = "grammar";
  c_.add(std::move(f), p, o.proves);
  // What could not be read may have said what was expected: that it breaks the grammar is the finding.
  if (got.unreadable) c_.result.findings.back().outcome = history::verdict::unknown;
  return stop{};
}

// --- several at once -------------------------------------------------------------------------------------------------

std::optional<stop> script_play::concurrently(operation const& block) {
  std::vector<std::size_t> next(block.branches.size());
  auto const limit = c_.where.loop().now() + c_.options.limits.step;
  auto head = [&](std::size_t b) { return next[b] < block.branches[b].size() ? &block.branches[b][next[b]] : nullptr; };
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
      auto const b = ready[c_.random.below(ready.size())];
      if (auto bad = one(*head(b))) return bad;
      ++next[b];
      continue;
    }
    std::optional<outcome> got;
    std::size_t which = 0;
    c_.where.wait(
        [&] {
          for (which = 0; which < next.size(); ++which)
            if (head(which) && (got = expecting_.poll(c_.player_of(head(which)->session), *head(which)))) return true;
          return false;
        },
        limit - c_.where.loop().now());
    if (!got) {
      if (!c_.where.cut_short().empty()) return cut(c_.where.cut_short());
      for (which = 0; !head(which);) ++which;
      if (auto held = held_by_us(*head(which))) return held;
      got = expecting_.timed_out(c_.player_of(head(which)->session), *head(which), c_.options.limits.step);
    }
    if (auto bad = settle(*head(which), *got)) return bad;
    ++next[which];
  }
}

// --- the sessions' end -----------------------------------------------------------------------------------------------

/// IMAP sessions that are still well end in order, so that their ends are judged too. POP3 sessions are left without
/// QUIT, and first: nobody is to wait for a maildrop that one of them holds.
void script_play::say_goodbye() {
  auto& where = c_.where;
  for (std::size_t i = 1; i < where.size(); ++i)
    if (auto& p = where.at(i); where.is_open(p) && (p.proto == protocol::pop3 || p.channel->broken_off()))
      p.channel->close();
  for (std::size_t i = 1; i < where.size(); ++i) {
    auto& p = where.at(i);
    auto const* c = where.conversation(p);
    if (!where.is_open(p) || !c) continue;
    if (!c->imap().in_progress.empty() || c->imap().state == model::imap_state::greeting) continue;
    if (c->imap().bye || c_.out.open_literal()) continue;
    (void)where.command(p, "LOGOUT");
  }
}

}  // namespace mailrig::scenario
