// script_session: see script_session.hpp.
#include "play/script_session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::play {

using history::event_kind;
using history::protocol;
using kind = played_step::kind;

namespace {

/// What is repeated leaves in pieces of this size.
constexpr std::size_t flood_chunk = 64 << 10;
/// A client's system takes some megabytes by itself; more than this waits for the client to read.
constexpr std::size_t most_unsent = 1 << 20;
constexpr std::size_t most_recorded = 1 << 20;

bool is_login(client_unit const& u) {
  for (auto const* verb : {"LOGIN", "AUTHENTICATE", "PASS", "AUTH", "APOP"})
    if (u.verb == verb) return true;
  return false;
}

/// What the server behind is not told: it is not what was asked of it, or it would end.
bool is_ours_alone(client_unit const& u) {
  if (u.verb.empty() || is_login(u)) return true;
  for (auto const* verb : {"STARTTLS", "STLS", "COMPRESS", "IDLE", "LOGOUT", "QUIT", "USER"})
    if (u.verb == verb) return true;
  return false;
}

}  // namespace

script_session::script_session(script_setting const& s, protocol p, std::vector<played_step> const& steps,
                               net::endpoint const& back, bool secure, std::unique_ptr<net::connection> client,
                               std::function<void()> over)
    : s_(s),
      proto_(p),
      steps_(steps),
      over_(std::move(over)),
      record_(s.kept, p, "script"),
      input_(p),
      text_(p, s.mail, s.declared),
      pause_(s.loop),
      patience_(s.loop),
      client_(std::move(client)) {
  if (s_.bottle) bottled_.emplace(*s_.bottle, p);
  ++s_.outcome.connections;
  record_.take(s_.loop.now() - s_.epoch, event_kind::opened, "? ?");
  client_->set_sink(*this);
  bool const any_free =
      std::ranges::any_of(steps, [](auto const& one) { return one.action == "accept" || one.action == "answer"; });
  if (any_free)
    back_ = std::make_unique<back_session>(
        s_.loop, p, back, *s_.trust,
        back_session::ears{[this](std::string_view octets) { send(octets); }, [this] { go(); },
                           [this] {
                             if (!ended_) client_->close();
                           }},
        !greets(steps));
  watch(s_.patience);
  if (secure) {
    while (at_ < steps_.size() && steps_[at_].what == kind::act && steps_[at_].action == "certificate")
      act(steps_[at_++]);
    this->secure();
    return;
  }
  s_.loop.post([this, alive = std::weak_ptr<char>(alive_)] {
    if (!alive.expired()) go();
  });
}

script_session::~script_session() = default;

void script_session::watch(base::duration d) {
  patience_.at(s_.loop.now() + d, [this] {
    auto const ask = next_ask(steps_, at_);
    if (ask < steps_.size() && steps_[ask].within)
      find("script.late", fmt::format("the client was to do in time: {}", steps_[ask].text), steps_[ask].line);
    client_->close();
  });
}

void script_session::go() {
  while (!waiting_ && !ended_) {
    if (at_ < steps_.size() && steps_[at_].what != kind::ask) {
      auto const& s = steps_[at_++];
      s_.outcome.furthest = std::max(s_.outcome.furthest, s.line);
      take(s);
      if (at_ == steps_.size()) s_.outcome.finished = true;
      if (at_ < steps_.size() && steps_[at_].what == kind::ask && steps_[at_].within) watch(*steps_[at_].within);
      continue;
    }
    if (!listen()) return;
  }
}

/// The next that the client has said; false: nothing yet.
bool script_session::listen() {
  if (deaf_) return false;
  if (back_ && back_->takes_lines()) {
    auto const u = input_.next_line();
    if (u) back_->line(*u);
    return bool(u);
  }
  if (back_ && back_->busy()) return false;
  auto const u = early_ ? std::exchange(early_, std::nullopt) : line_next_ ? input_.next_line() : input_.next();
  if (!u && input_.waits_for_plus()) {
    send("+ go on\r\n");
    input_.plus_said();
    return true;
  }
  if (!u && input_.over_full()) {
    find("script.endless", "the client says one thing without end", 0);
    client_->close();
  }
  if (!u) return false;
  line_next_ = false;
  watch(s_.patience);
  if (bottled_) bottled_->heard(u->octets);
  hear(*u);
  return true;
}

void script_session::hear(client_unit const& u) {
  last_ = u;
  for (auto const* f : forbidden_)
    if (std::ranges::any_of(f->any, [&](auto const& a) { return a.matches(u); }))
      find("script.forbidden", fmt::format("the client says what it must not say here: {}", f->text), f->line,
           u.octets);
  if (bottled_) {
    if (!after_line_.empty()) return said_line();
    if (!follows_closely(u) && !answered_from_bottle(u) && !follows(u)) unanswered(u);
    return;
  }
  if (follows(u)) return;
  if (free_ && (free_->empty() || free_->contains(u.verb)) && pass(u)) return;
  refuse(u);
}

/// It is what the script waits for.
bool script_session::follows(client_unit const& u) {
  auto const first = next_ask(steps_, at_);
  for (auto i = first; i < steps_.size(); i = next_ask(steps_, i + 1)) {
    auto const& s = steps_[i];
    if (std::ranges::any_of(s.any, [&](auto const& a) { return a.matches(u) && (i == first || !a.takes_lines()); }))
      return done(i, u), true;
    if (!s.optional) return false;
  }
  return false;
}

void script_session::done(std::size_t ask, client_unit const& u) {
  auto const& s = steps_[ask];
  at_ = ask + 1;
  if (!s.tag.empty()) tags_[s.tag] = u.tag;
  s_.outcome.furthest = std::max(s_.outcome.furthest, s.line);
  if (at_ == steps_.size()) s_.outcome.finished = true;
  bool const behind = at_ < steps_.size() && answers_behind(steps_, at_);
  if (back_ && is_login(u) && !behind) back_->log_in(s_.who);
  if (back_ && !is_ours_alone(u) && !behind) back_->shadow(u);
}

/// It is answered by the server behind.
bool script_session::pass(client_unit const& u) {
  if (!back_ || u.verb.empty()) return false;
  if (u.verb == "COMPRESS") return send(u.tag + " NO not here\r\n"), true;
  if (u.verb == "STARTTLS" || u.verb == "STLS") {
    send(proto_ == protocol::imap ? u.tag + " OK begin TLS\r\n" : "+OK begin TLS\r\n");
    return secure(), true;
  }
  back_->pass(u);
  return true;
}

void script_session::refuse(client_unit const& u) {
  bool const leaves = u.verb == "LOGOUT" || u.verb == "QUIT";
  if (leaves) {
    send(proto_ == protocol::imap ? fmt::format("* BYE\r\n{} OK\r\n", u.tag) : "+OK\r\n");
  } else {
    auto const ask = next_ask(steps_, at_);
    find("script.unexpected",
         ask < steps_.size() ? fmt::format("the client was to say: {}", steps_[ask].text)
                             : std::string("the client goes on where the script ends"),
         ask < steps_.size() ? steps_[ask].line : 0, u.octets);
    send(proto_ == protocol::imap ? fmt::format("{} BAD\r\n", u.tag.empty() ? "*" : u.tag) : "-ERR\r\n");
  }
  client_->close();
}

void script_session::take(played_step const& s) {
  if (s.what == kind::say && !s.recorded) say(s.text);
  if (s.what == kind::say && s.recorded) {
    line_next_ = s.text.starts_with('+') && !s.text.starts_with("+OK");
    send((s.tag.empty() ? "" : tags_[s.tag]) + s.text);
  }
  if (s.what == kind::forbid && !s.within) forbidden_.push_back(&s);
  if (s.what == kind::forbid && s.within) wait(*s.within, [this, &s] { heard_meanwhile(s); });
  if (s.what == kind::pause) wait(s.pause, [this] { go(); });
  if (s.what == kind::act) act(s);
}

/// The time is over in which something was not to be said.
void script_session::heard_meanwhile(played_step const& s) {
  if (auto const u = input_.next()) {
    if (std::ranges::any_of(s.any, [&](auto const& a) { return a.matches(*u); }))
      find("script.forbidden", fmt::format("the client says what it must not say yet: {}", s.text), s.line, u->octets);
    early_ = *u;
  }
  go();
}

void script_session::act(played_step const& s) {
  if (s.action == "raw" || s.action == "cut") return pieces(s, 0);
  if (s.action == "hello") deaf_ = true;
  if (s.action == "hello") return pieces(s, 0);
  if (s.action == "flood" && !s.pieces.empty()) {
    flooding_ = text_.filled_in(s.pieces[0].octets, last_);
    floods_left_ = flooding_.empty() ? 0 : s.pieces[0].times;
    waiting_ = true;
    pause_.at(s_.loop.now(), [this] { flood(); });
  }
  if (s.action == "starttls") return secure();
  if (s.action == "certificate") certificate_ = *certificate_named(s.text);
  if (s.action == "mail")
    if (auto const done = s_.box.apply(*read_changes(s.text)); !done) find("script.mail", done.error().text, s.line);
  if (s.action == "drop") client_->close();
  if (s.action == "close") client_->half_close();
  if (s.action == "reset") client_->reset();
  if (s.action == "stall") client_->pause();
  if (s.action == "resume") client_->resume();
  if (s.action == "answer" && back_) back_->pass(last_);
  if (s.action != "accept") return;
  free_.reset();
  if (s.text == "nothing") return;
  free_.emplace();
  for (auto const w : base::words(s.text)) free_->insert(base::to_upper(w));
}

void script_session::pieces(played_step const& s, std::size_t from) {
  for (auto i = from; i < s.pieces.size() && !ended_; ++i) {
    auto const& piece = s.pieces[i];
    if (piece.pause > base::duration{})
      return wait(piece.pause, [this, &s, i] {
        pieces(s, i + 1);
        go();
      });
    auto const text = text_.filled_in(piece.octets, last_);
    std::string chunk;
    for (std::uint64_t n = 0; n < piece.times && !ended_; ++n)
      if ((chunk += text).size() >= flood_chunk) send(std::exchange(chunk, {}));
    send(chunk);
  }
}

/// So much as is written, as fast as the client takes it.
void script_session::flood() {
  while (floods_left_ > 0 && !ended_ && client_->unsent() < most_unsent) {
    std::string chunk;
    for (; floods_left_ > 0 && chunk.size() < flood_chunk; --floods_left_) chunk += flooding_;
    // Of a flood the beginning is enough to know it by.
    if (flooded_ < most_recorded)
      send(chunk);
    else
      client_->send(chunk);
    flooded_ += chunk.size();
  }
  if (ended_) return;
  waiting_ = floods_left_ > 0;
  if (!waiting_) return go();
  watch(s_.patience);
  pause_.at(s_.loop.now() + std::chrono::milliseconds(1), [this] { flood(); });
}

void script_session::wait(base::duration d, std::function<void()> then) {
  waiting_ = true;
  pause_.at(s_.loop.now() + d, [this, then = std::move(then)] {
    waiting_ = false;
    then();
  });
}

void script_session::say(std::string_view line) {
  auto const octets = text_.line(line, last_);
  line_next_ = octets.starts_with('+') && !octets.starts_with("+OK");
  if (back_ && base::istarts_with(octets, "* PREAUTH")) back_->log_in(s_.who);
  send(octets);
}

void script_session::send(std::string_view octets) {
  if (ended_ || octets.empty()) return;
  record_.take(s_.loop.now() - s_.epoch, event_kind::received, octets);
  if (bottled_) bottled_->said(octets);
  client_->send(octets);
}

void script_session::secure() {
  auto const shown = s_.certificates.of(certificate_);
  if (!shown) return client_->close();
  waiting_ = true;
  client_->accept_tls(**shown);
  if (back_) back_->secure();
}

void script_session::on_secured(std::string_view how) {
  record_.take(s_.loop.now() - s_.epoch, event_kind::secured, how);
  if (bottled_) bottled_->secured();
  secured_ = true;
  waiting_ = false;
  go();
}

void script_session::on_octets(std::string_view octets) {
  if (deaf_) return;
  record_.take(s_.loop.now() - s_.epoch, event_kind::sent, octets);
  input_.take(octets);
  go();
}

void script_session::on_end(net::end_cause cause, std::string_view) {
  ended_ = true;
  bool const by_us = cause == net::end_cause::client_closed;
  // Without TLS the end of its octets may be all that it has ended: it may still read the answer to its goodbye.
  bool const still_hears = cause == net::end_cause::server_closed && !secured_ && last_.verb == "LOGOUT";
  record_.take(s_.loop.now() - s_.epoch, event_kind::ended,
               by_us         ? "server closed"
               : still_hears ? "client closed its side"
                             : "client closed");
  auto ask = next_ask(steps_, at_);
  bool const leaves =
      ask < steps_.size() && std::ranges::any_of(steps_[ask].any, [](auto const& a) { return a.leaves(); });
  if (leaves && !by_us) ask = next_ask(steps_, ask + 1);
  while (ask < steps_.size() && steps_[ask].optional) ask = next_ask(steps_, ask + 1);
  if (ask == steps_.size()) s_.outcome.finished = true;
  if (!s_.outcome.finished) s_.outcome.waiting = steps_[ask].text;
  finish();
}

void script_session::find(std::string rule, std::string text, std::size_t line, std::string octets) {
  history::finding f;
  f.rule = std::move(rule);
  f.text = std::move(text);
  f.line = line;
  history::redactor blots(proto_);
  f.show(blots.sent(octets), 0);
  f.hide_secrets();
  f.at = s_.loop.now() - s_.epoch;
  auto& all = s_.outcome.findings;
  auto const known = std::ranges::find_if(all, [&](auto const& o) { return o.rule == f.rule && o.line == f.line; });
  if (known == all.end())
    all.push_back(std::move(f));
  else
    ++known->times;
}

void script_session::finish() {
  patience_.cancel();
  pause_.cancel();
  if (over_) std::exchange(over_, nullptr)();
}

}  // namespace mailrig::play
