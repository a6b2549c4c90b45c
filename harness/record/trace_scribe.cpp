// trace_scribe: see trace_scribe.hpp.
#include "record/trace_scribe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "model/fetch_request.hpp"
#include "record/came_patterns.hpp"
#include "scenario/beginning.hpp"

namespace mailrig::record {

using history::protocol;
using model::item;
using model::item_kind;
using scenario::operation;
using wire::imap::response_kind;
using wire::imap::status;

trace_scribe::trace_scribe(trace_facts const& facts, check::judge const& judge, brought_mail& mail, bool came)
    : facts_(facts), judge_(judge), mail_(mail), came_(came) {
  names_.delimiter(facts.delimiter);
  std::size_t number = 0;
  for (auto const& m : facts.mail.in("INBOX"))
    if (++number; m.uid) lay_.emplace(m.uid, number);
}

// --- writing ---------------------------------------------------------------------------------------------------------

operation& trace_scribe::add(item const& i, operation::kind what) {
  auto& s = speakers_[i.session];
  if (!s.index) {
    s.index = out_.sessions.size();
    auto const proto = i.imap ? protocol::imap : protocol::pop3;
    out_.sessions.push_back(
        {fmt::format("{}{}", i.imap ? 's' : 'p', *s.index + 1), proto, scenario::start_state::closed});
  }
  operation o;
  o.what = what;
  o.session = *s.index;
  o.line = out_.operations.size() + 1;
  out_.operations.push_back(std::move(o));
  return out_.operations.back();
}

void trace_scribe::act(item const& i, std::string_view action) { add(i, operation::kind::act).action = action; }

void trace_scribe::send(item const& i, std::string line) {
  add(i, operation::kind::send).lines.push_back(std::move(line));
}

/// What the answer told of UIDs, and its status; a code that tells one is in it already.
void trace_scribe::expect(item const& i, std::string_view status) {
  auto const proto = i.imap ? protocol::imap : protocol::pop3;
  auto& o = add(i, operation::kind::expect);
  for (auto const& told : std::exchange(speakers_[i.session].told, {}))
    o.expectations.push_back(scenario::any_of(told, proto));
  o.expectations.push_back(scenario::any_of(status, proto));
}

/// Where a checker has something against an answer, another may be right; what came first is told first.
void trace_scribe::expect_any(item const& i, std::string_view first) {
  static constexpr std::array<std::string_view, 4> imap{"OK", "NO", "BAD", "closed"};
  static constexpr std::array<std::string_view, 3> pop3{"+OK", "-ERR", "closed"};
  std::string text(first);
  auto const also = [&](std::string_view one) {
    if (one != first) text += fmt::format(" | {}", one);
  };
  i.imap ? (void)std::ranges::for_each(imap, also) : (void)std::ranges::for_each(pop3, also);
  expect(i, text);
}

void trace_scribe::note(std::string text) {
  if (std::ranges::find(notes_, text) == notes_.end()) notes_.push_back(std::move(text));
}

// --- what happens ----------------------------------------------------------------------------------------------------

std::size_t trace_scribe::accusations(history::session_id id) const {
  std::size_t n = 0;
  for (auto const& f : judge_.findings())
    if (f.session == id) n += f.times;
  return n;
}

void trace_scribe::see(item const& i) {
  auto& s = speakers_[i.session];
  auto const now = came_ ? 0 : accusations(i.session);
  bool const accused = now > std::exchange(s.accused, now);
  if (i.kind == item_kind::opened) opened(i);
  if (i.kind == item_kind::command) command(i);
  if (i.kind == item_kind::pop3_command) pop3_command(i);
  if (i.kind == item_kind::reply) reply(i, accused);
  if (i.kind == item_kind::response && i.response->kind == response_kind::untagged) untagged(i, accused);
  if (i.kind == item_kind::response && i.response->kind == response_kind::tagged) tagged(i, accused);
  if (i.kind == item_kind::response && i.response->kind == response_kind::continuation && i.imap->runs("IDLE") &&
      !s.idle) {
    s.idle = true;
    s.heard = false;
    s.quiet_since = i.at;
    accused ? expect_any(i, "+") : expect(i, "+");
    s.idle_since = out_.operations.size();
  }
  if (i.kind == item_kind::ended) ended(i);
  lying_.see(i);
}

void trace_scribe::opened(item const& i) {
  auto const accused = came_ ? 0 : accusations(i.session);
  speakers_[i.session] = {};
  speakers_[i.session].accused = accused;
}

/// DONE is no command: the conversation tells only that IDLE has been released.
void trace_scribe::heard(kept_event const& e) {
  auto& s = speakers_[e.session];
  auto const* c = s.idle ? judge_.find(e.session) : nullptr;
  auto const* idle = c ? c->imap().running("IDLE") : nullptr;
  if (!idle || !idle->released) return;
  s.idle = false;
  item i;
  i.session = e.session;
  i.imap = &c->imap();
  // Others did something, and no news came in the time there was: whoever plays it waits as well.
  constexpr std::chrono::milliseconds least{100}, most{1000};
  auto const waited = std::chrono::duration_cast<std::chrono::milliseconds>(e.at - s.quiet_since);
  if (!s.heard && out_.operations.size() > s.idle_since && waited >= least)
    add(i, operation::kind::pause).pause = std::min(waited, most);
  send(i, "DONE");
}

// --- IMAP ------------------------------------------------------------------------------------------------------------

static bool is_before_login(item const& i) {
  return i.imap->state == model::imap_state::greeting || i.imap->state == model::imap_state::not_authenticated;
}

void trace_scribe::command(item const& i) {
  ++commands_;
  auto const& c = i.command->sent;
  if (is_before_login(i)) return before_login(i);
  auto& s = speakers_[i.session];
  if (!std::exchange(s.in, true)) act(i, "login");
  if (c.name == "COMPRESS" || c.name == "STARTTLS") return note(c.name + ": how octets are carried is the target's");
  send(i, line_of(i));
  s.waiting.push_back(c.tag);
  if (c.name == "LOGOUT") s.left = true;
}

std::string trace_scribe::line_of(item const& i) {
  auto const& c = i.command->sent;
  auto const validity = named_validity(c.octets);
  auto const name = validity ? validity_name(model::canonical_mailbox(c.arg(0)), *validity) : std::string();
  bool const told = bound_.contains(name);
  if (validity && !told) note(fmt::format("the UIDVALIDITY {} stands as it was: nothing told it", *validity));
  return trace_line(
      c, names_, [&](std::string_view set) { return uid_words(i, set); }, mail_, told ? "$" + name : "");
}

void trace_scribe::before_login(item const& i) {
  auto const& c = i.command->sent;
  for (auto const* one : {"LOGIN", "AUTHENTICATE", "STARTTLS", "COMPRESS"})
    if (c.name == one) return;
  auto& s = speakers_[i.session];
  if (!s.index) act(i, "connect");
  bool const aside = c.name == "CAPABILITY" || c.name == "ID" || c.name == "NOOP";
  if (aside) s.asides.insert(out_.operations.size());
  send(i, line_of(i));
  s.waiting.push_back(c.tag);
  if (c.name == "LOGOUT") s.left = true;
}

void trace_scribe::logged_in(item const& i, bool accused) {
  auto& s = speakers_[i.session];
  bool const well = i.response->condition == status::ok;
  if (!accused) {
    if (well && !std::exchange(s.in, true)) act(i, "login");
    if (!well) note("a login that was refused");
    return;
  }
  if (!s.index) act(i, "connect");
  send(i, well ? "LOGIN $user $password" : "LOGIN $user $password_cut");
  expect_any(i, well ? "OK" : "NO");
  s.in = s.in || well;
}

void trace_scribe::tagged(item const& i, bool accused) {
  auto& s = speakers_[i.session];
  if (!i.command) return;
  auto const& c = i.command->sent;
  if (is_before_login(i) && (c.name == "LOGIN" || c.name == "AUTHENTICATE")) return logged_in(i, accused);
  auto const at = std::ranges::find(s.waiting, c.tag);
  if (at == s.waiting.end()) return;
  s.waiting.erase(at);
  auto const& r = *i.response;
  if (r.code == "APPENDUID" && r.code_args().next())
    tell_uid(i, model::canonical_mailbox(c.arg(0)), r.code_args().next().number().value_or(0),
             fmt::format("OK [APPENDUID {} {{}}]",
                         told_validity(model::canonical_mailbox(c.arg(0)), r.code_args().number().value_or(0))));
  if (r.code == "COPYUID" && r.code_args().next().next())
    tell_uid(i, model::canonical_mailbox(c.arg(1)), base::number(r.code_args().next().next().text()).value_or(0),
             fmt::format("OK [COPYUID {} _ {{}}]",
                         told_validity(model::canonical_mailbox(c.arg(1)), r.code_args().number().value_or(0))));
  auto came = came_status(r);
  if (!s.told.empty() && s.told.back().starts_with("OK ")) {
    came = s.told.back();
    s.told.pop_back();
  } else if (!came_) {
    came = wire::imap::name_of(r.condition);
  }
  (accused || r.condition != status::ok) && !came_ ? expect_any(i, came) : expect(i, came);
  // What was asked before the login, and told nothing against the server, is the runner's to ask.
  if (accused || s.asides.empty() || !is_before_login(i)) return;
  left_out_.insert(s.asides.begin(), s.asides.end());
  left_out_.insert(out_.operations.size() - 1);
  s.asides.clear();
}

void trace_scribe::untagged(item const& i, bool accused) {
  auto& s = speakers_[i.session];
  auto const& r = *i.response;
  if (r.code == "UIDVALIDITY" && i.imap->selecting()) tell_validity(i);
  if (came_ && !s.idle && !s.waiting.empty()) return tell_what_came(i);
  if (r.is("FETCH"))
    model::for_each_item(r, [&](auto name, auto data) {
      if (name.names("UID") && !i.imap->in_progress.empty())
        tell_uid(i, i.imap->mailbox, data.number().value_or(0), fmt::format("* {} FETCH (UID {{}})", r.number));
    });
  if (!s.idle) return;
  bool const news = r.is("EXISTS") || r.is("EXPUNGE");
  s.heard = s.heard || news;
  if (!news || accused) return;
  auto& o = add(i, operation::kind::expect);
  o.within = std::chrono::seconds(5);
  o.expectations.push_back(scenario::any_of(fmt::format("* {} {}", r.number, r.name), protocol::imap));
}

void trace_scribe::tell_what_came(item const& i) {
  bool const lists = i.response->is("LIST") || i.response->is("LSUB");
  if (lists && !facts_.concerns(i.response->args().next().next().text())) return;
  auto const* search = i.imap->running("SEARCH");
  came_words words;
  words.uid = [&](std::uint64_t n) {
    auto const name = uid_name(i.imap->mailbox, n);
    bound_.insert(name);
    return "$" + name;
  };
  words.validity = [&](std::string const& mailbox, std::uint64_t n) {
    auto const name = validity_name(mailbox, n);
    bound_.insert(name);
    return "$" + name;
  };
  words.dated = [&](std::uint64_t n) {
    auto const at = facts_.dates ? lying_.index_of(i, n) : std::nullopt;
    return at && !facts_.mail.in(i.imap->mailbox)[*at].date.empty();
  };
  words.numbers_are_uids = search && search->sent.uid;
  auto const pattern = came_pattern(*i.response, names_, words);
  auto& told = speakers_[i.session].told;
  if (pattern && std::ranges::find(told, *pattern) == told.end()) told.push_back(*pattern);
}

void trace_scribe::ended(item const& i) {
  auto& s = speakers_[i.session];
  if (s.index && !s.left && i.octets.find("client") != i.octets.npos) act(i, "drop");
  for (std::size_t n = s.waiting.size(); n > 0 && i.octets.find("server") != i.octets.npos; --n)
    expect_any(i, i.imap ? "OK" : "+OK");
  s.waiting.clear();
  s.in = false;
}

// --- POP3 ------------------------------------------------------------------------------------------------------------

static bool is_login(model::pop3_command const& c) {
  return c.is("USER") || c.is("PASS") || c.is("APOP") || c.is("AUTH") || c.is("STLS");
}

void trace_scribe::pop3_command(item const& i) {
  ++commands_;
  auto const& c = *i.pop3_command_;
  bool const before = i.pop3->state != model::pop3_state::transaction && i.pop3->state != model::pop3_state::update;
  if (before && is_login(c)) return;
  auto& s = speakers_[i.session];
  if (before && !s.index) act(i, "connect");
  if (before && (c.is("CAPA") || c.is("NOOP"))) s.asides.insert(out_.operations.size());
  send(i, trace_line(i.octets));
  s.waiting.push_back(c.keyword);
  if (c.is("QUIT")) s.left = true;
}

void trace_scribe::reply(item const& i, bool accused) {
  auto& s = speakers_[i.session];
  if (!i.pop3_command_ || i.reply->status == wire::pop3::indicator::challenge) return;
  auto const& c = *i.pop3_command_;
  bool const well = i.reply->status == wire::pop3::indicator::ok;
  if (s.waiting.empty() || s.waiting.front() != c.keyword) {
    if (!c.is("PASS") && !c.is("APOP") && !c.is("AUTH")) return;
    if (well && !std::exchange(s.in, true)) act(i, "login");
    // Another session holds the maildrop, or it is a password.
    bool const held =
        std::ranges::any_of(speakers_, [&](auto const& one) { return one.first != i.session && one.second.in; });
    if (!well && (held || accused)) act(i, "try-login");
    if (!well && !held && !accused) note("a login that was refused");
    return;
  }
  s.waiting.pop_front();
  auto lines = came_ ? came_lines(c, *i.reply) : std::vector<std::string>{well ? "+OK" : "-ERR"};
  (accused || !well) && !came_ ? expect_any(i, lines[0]) : expect(i, lines[0]);
  for (auto const& line : std::vector(lines.begin() + 1, lines.end()))
    out_.operations.back().expectations.push_back(scenario::any_of(line, protocol::pop3));
  if (accused || s.asides.empty()) return;
  left_out_.insert(s.asides.begin(), s.asides.end());
  left_out_.insert(out_.operations.size() - 1);
  s.asides.clear();
}

// --- the end ---------------------------------------------------------------------------------------------------------

/// The answer to what stands first gives something a name.
static bool binds(std::vector<operation> const& ops) {
  auto const answer = std::ranges::find_if(
      ops, [&](operation const& o) { return o.session == ops[0].session && o.what == operation::kind::expect; });
  return ops[0].what == operation::kind::send && answer != ops.end() && answer->expectations.size() > 1;
}

scenario::script trace_scribe::finish() {
  auto& ops = out_.operations;
  std::vector<operation> kept;
  for (std::size_t i = 0; i < ops.size(); ++i)
    if (!left_out_.contains(i)) kept.push_back(std::move(ops[i]));
  ops = std::move(kept);
  // Who connects only to log in, logs in.
  for (std::size_t i = 0; i < ops.size(); ++i) {
    auto const next = std::find_if(ops.begin() + std::ptrdiff_t(i) + 1, ops.end(),
                                   [&](operation const& o) { return o.session == ops[i].session; });
    if (ops[i].action == "connect" && next != ops.end() && next->action == "login")
      ops.erase(ops.begin() + std::ptrdiff_t(i--));
  }
  while (!ops.empty() && ops.back().action == "drop") ops.pop_back();
  out_ = scenario::without_idle_sessions(std::move(out_));
  // Only what stands first may begin sooner: what others do before it may matter.
  auto const together = [&] { return ops.size() > 1 && ops[0].session == ops[1].session; };
  while (!ops.empty() && (ops[0].action == "login" || (opens_inbox(ops[0]) && together() && !came_)))
    if (binds(ops) || !scenario::begin_later(out_, ops[0].session)) break;
  out_ = scenario::without_idle_sessions(std::move(out_));
  return std::move(out_);
}

}  // namespace mailrig::record
