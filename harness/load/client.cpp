// client: see client.hpp.
#include "load/client.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>
#include <utility>

#include "base/text.hpp"

namespace mailrig::load {

using history::protocol;
using model::item_kind;
using wire::imap::response_kind;

namespace {

struct kinds {
  kind_id connect = kind_named("connect"), tls = kind_named("tls"), resumed = kind_named("tls.resumed"),
          greeting = kind_named("greeting"), login = kind_named("login"), idle = kind_named("idle"),
          done = kind_named("idle.done"), logout = kind_named("logout"), quit = kind_named("quit"),
          session = kind_named("session");
};
kinds const& known() {
  static kinds const k;
  return k;
}

/// Full handshakes and resumed ones are not measured together: the one costs a signature, the other none.
kind_id kind_of_handshake(std::string_view description) {
  return description.find(", resumed") == description.npos ? known().tls : known().resumed;
}

kind_id kind_of(step_kind const& s) {
  thread_local std::vector<std::pair<step_kind const*, kind_id>> cache;
  for (auto const& [step, id] : cache)
    if (step == &s) return id;
  return cache.emplace_back(&s, kind_named(s.operation)).second;
}

/// The deadline of our own, where the peer neither answered nor ended the connection.
constexpr char const* silent_peer = "no answer in time";

/// What a client does by itself after its login.
step_kind const select_step{.name = "select",
                            .proto = protocol::imap,
                            .operation = "select",
                            .summary = "",
                            .next = nullptr,
                            .read_only = true,
                            .mailbox = "INBOX"};

}  // namespace

// --- from its device -------------------------------------------------------------------------------------------------

void client::open(history::session_id id, session::access const& where, protocol proto, session::credentials const& who,
                  std::string const& mailbox, base::instant due, base::instant free) {
  id_ = id;
  mailbox_ = mailbox;
  owner_name_ = who.user;
  program_ = waiting_ = {};
  answered_ = continued_ = tls_pending_ = tagged_login_ = false;
  all_good_ = good_ = true;
  refused_.reset();
  farewell_.reset();
  greeted_by_refusal_ = false;
  only_due_ = due;
  phase_ = phase::dialing;
  login_ = session::login::begin(proto, who, session::login_goal::authenticated, where.upgrade);
  only_sent_ = context_.loop.now();
  begin(known().connect, due, free, only_sent_);
  tls_pending_ = where.implicit_tls;
  channel_ = std::make_unique<session::channel>(context_.loop, where, context_.trust, id, proto, who.user,
                                                context_.events, *this, base::instant{}, context_.limits);
  login_->runs_over([this](auto type) { return channel_->channel_binding(type); }, channel_->origin());
}

void client::run(std::span<step const> program, base::instant due, base::instant free) {
  if (phase_ == phase::idling) {
    waiting_ = program;
    waiting_due_ = due;
    phase_ = phase::leaving_idle;
    answered_ = false;
    begin(known().done, due, free, channel_->send("DONE\r\n"));
    return;
  }
  program_ = program;
  step_ = turn_ = 0;
  all_good_ = true;
  next_command(due, free);
}

void client::idle() {
  phase_ = phase::entering_idle;
  answered_ = continued_ = false;
  auto const text = fmt::format("m{} IDLE\r\n", ++tags_);
  auto const free = at_;
  begin(known().idle, free, free, channel_->send(text));
}

void client::leave(base::instant due) {
  if (phase_ == phase::closed) return;
  bool const imap = channel_->proto() == protocol::imap;
  if (phase_ == phase::idling) (void)channel_->send("DONE\r\n");
  phase_ = phase::leaving;
  answered_ = false;
  auto const text = imap ? fmt::format("m{} LOGOUT\r\n", ++tags_) : "QUIT\r\n";
  begin(imap ? known().logout : known().quit, due, due, channel_->send(text));
}

void client::drop() {
  phase_ = phase::closed;
  if (channel_) channel_->close();
}

bool client::overdue(base::instant now, bool over) {
  if (!waits_for_answer() || (!over && now - op_.sent < context_.patience)) return false;
  op_.done = now;
  op_.came = outcome::late;
  if (!only_) context_.records.take(op_, over ? "" : silent_peer);
  if (!over) context_.records.broke(now);
  if (only_) context_.records.take({*only_, only_due_, only_due_, only_sent_, now, outcome::late});
  drop();
  owner_.on_closed(*this, now, silent_peer);
  return true;
}

// --- from the server -------------------------------------------------------------------------------------------------

void client::on_connected(history::session_id) {
  auto const now = context_.loop.now();
  record(known().connect, now);
  phase_ = phase::greeting;
  begin(tls_pending_ ? known().tls : known().greeting, now, now, now);
}

void client::see(model::item const& i) {
  if (phase_ == phase::greeting) {
    if (i.kind == item_kind::secured) {
      record(kind_of_handshake(i.octets), i.at);
      begin(known().greeting, i.at, i.at, i.at);
    }
    if (i.kind == item_kind::response || i.kind == item_kind::reply) {
      at_ = i.at;
      note_refusal(i);
      greeted_by_refusal_ = declined() != nullptr;
      if (!greeted_by_refusal_) record(known().greeting, i.at);
      phase_ = phase::logging_in;
      login_->see(i);
      return;
    }
  }
  if (phase_ == phase::logging_in) {
    if (i.kind == item_kind::secured) record(kind_of_handshake(i.octets), i.at), tagged_login_ = false;
    at_ = i.at;
    note_refusal(i);
    return login_->see(i);
  }
  note_refusal(i);
  if (i.kind == item_kind::response) {
    if (!resync_.empty()) memory_.box.hear(i);
    auto const& r = *i.response;
    if (r.kind == response_kind::untagged) return owner_.on_told(*this, i);
    if (r.kind == response_kind::continuation) {
      continued_ = true;
      at_ = i.at;
    } else if (i.command && r.kind == response_kind::tagged) {
      answered_ = true;
      good_ = r.condition == wire::imap::status::ok;
      if (!good_)
        words_ =
            fmt::format("{} {}{}", r.name, i.command->sent.name, r.code.empty() ? "" : fmt::format(" [{}]", r.code));
      at_ = i.at;
    }
  } else if (i.kind == item_kind::reply && i.pop3_command_) {
    answered_ = true;
    good_ = i.reply->status == wire::pop3::indicator::ok;
    octets_ = i.octets.size();
    if (!good_)
      words_ = fmt::format("-ERR {}{}", i.pop3_command_->keyword,
                           i.reply->code.empty() ? "" : fmt::format(" [{}]", i.reply->code));
    at_ = i.at;
    if (phase_ == phase::asking && step_ < program_.size() && program_[step_].kind->heard) {
      auto v = view();
      program_[step_].kind->heard(v, i);
    }
  }
}

void client::advance() {
  if (!channel_->is_open()) return ended();
  switch (phase_) {
    case phase::logging_in: return log_in();
    case phase::asking:
    case phase::leaving_idle:
    case phase::leaving:
      if (answered_) return answered();
      if (continued_ && !literal_.empty()) {
        channel_->send(literal_);
        literal_ = {};
      }
      return;
    case phase::entering_idle:
      if (answered_) return answered();
      if (!continued_) return;
      record(known().idle, at_);
      phase_ = phase::idling;
      owner_.on_ready(*this, at_, true);
      return;
    default: return;
  }
}

void client::log_in() {
  for (;;) {
    auto const action = login_->next(*context_.judge.find(id_));
    switch (action.kind) {
      case session::login_action::wait: return;
      case session::login_action::send: {
        auto const sent = channel_->send(action.text);
        bool const upgrades = action.text.ends_with("STARTTLS\r\n") || action.text == "STLS\r\n";
        if (!tagged_login_) begin(upgrades ? known().tls : known().login, at_, at_, sent);
        tagged_login_ = true;
        break;
      }
      case session::login_action::start_tls: channel_->start_tls(); return;
      case session::login_action::failed: {
        if (!greeted_by_refusal_) begin(known().login, op_.intended, op_.free, op_.sent);
        return fail(action.text);
      }
      case session::login_action::done: {
        if (tagged_login_) record(known().login, at_);
        if (context_.pace && channel_->proto() == protocol::pop3) context_.pace->logged_in(owner_name_, at_);
        login_.reset();
        refused_.reset();
        phase_ = phase::ready;
        if (channel_->proto() != protocol::imap || mailbox_.empty()) return owner_.on_ready(*this, at_, true);
        if (!resync_.empty()) return run(resync_, at_, at_);
        program_ = {};
        step_ = turn_ = 0;
        context_.line = fmt::format("SELECT {}", mailbox_name(context_.box_prefix, mailbox_));
        context_.literal.clear();
        return send_command(select_step, at_, at_);
      }
    }
  }
}

step_view client::view() {
  auto const* c = context_.judge.find(id_);
  static std::vector<std::string> const none;
  return {step_ < program_.size() ? *program_[step_].kind : select_step,
          c->proto() == protocol::imap ? &c->imap() : nullptr,
          c->proto() == protocol::pop3 ? &c->pop3() : nullptr,
          step_ < program_.size() ? program_[step_].words : none,
          turn_,
          memory_,
          memory_.random,
          context_.messages,
          context_.sizes,
          owner_name_,
          context_.box_prefix,
          context_.line,
          context_.literal};
}

void client::next_command(base::instant due, base::instant free) {
  for (; step_ < program_.size(); ++step_, turn_ = 0) {
    auto const& s = program_[step_];
    context_.line.clear();
    context_.literal.clear();
    auto v = view();
    if (s.kind->next(v)) return send_command(*s.kind, due, free);
  }
  phase_ = phase::ready;
  if (only_) context_.records.take({*only_, only_due_, only_due_, only_sent_, at_, outcome::done});
  owner_.on_ready(*this, std::max(at_, free), all_good_);
}

void client::send_command(step_kind const& kind, base::instant due, base::instant free) {
  phase_ = phase::asking;
  answered_ = continued_ = false;
  owner_.on_asking(*this, kind);
  thread_local std::string text;
  text.clear();
  if (channel_->proto() == protocol::imap) {
    char tag[16];
    auto const end = std::to_chars(tag + 1, tag + sizeof tag, ++tags_).ptr;
    tag[0] = 'm';
    *end = ' ';
    text.append(tag, end + 1);
  }
  text += context_.line;
  if (!context_.literal.empty()) {
    auto const& caps = context_.judge.find(id_)->imap();
    bool const ahead = caps.can("LITERAL+") || (caps.can("LITERAL-") && context_.literal.size() <= 4096);
    fmt::format_to(std::back_inserter(text), "{{{}{}}}\r\n", context_.literal.size(), ahead ? "+" : "");
    if (ahead)
      text += context_.literal;
    else
      literal_ = context_.literal + "\r\n";
  }
  if (literal_.empty()) text += "\r\n";
  begin(kind_of(kind), due, free, channel_->send(text));
}

void client::answered() {
  answered_ = false;
  literal_ = {};
  if (good_) {
    record(op_.kind, at_);
    if (context_.read_speed != 0 && phase_ == phase::asking) record_beyond_size();
  } else {
    all_good_ = false;
    record_failure(words_);
  }
  switch (phase_) {
    case phase::leaving: {
      drop();
      return owner_.on_closed(*this, at_, {});
    }
    case phase::leaving_idle: {
      phase_ = phase::ready;
      return run(waiting_, waiting_due_, at_);
    }
    case phase::entering_idle: {  // refused
      phase_ = phase::ready;
      return owner_.on_ready(*this, at_, false);
    }
    default: break;
  }
  bool const selected = program_.empty();
  owner_.on_answered(*this, selected ? select_step : *program_[step_].kind, at_, good_);
  if (selected) {
    phase_ = phase::ready;
    return owner_.on_ready(*this, at_, good_);
  }
  ++turn_;
  if (!good_) ++step_, turn_ = 0;  // what a step asks next hangs on what it asked before
  next_command(at_, at_);
}

void client::ended() {
  if (phase_ == phase::closed) return;
  auto const now = context_.loop.now();
  if (phase_ == phase::leaving && (channel_->cause() == net::end_cause::server_closed)) {
    record(op_.kind, now);
    phase_ = phase::closed;
    return owner_.on_closed(*this, now, {});
  }
  if (channel_->flooded()) return fail("flood");
  if (greeted_by_refusal_ || farewell_) return fail("ended by the server: " + declined()->words);
  auto const detail = channel_->detail();
  fail(detail.empty() || !net::is_of_tls(channel_->cause())
           ? std::string(net::name_of(channel_->cause()))
           : fmt::format("{}: {}", net::name_of(channel_->cause()), detail));
}

void client::fail(std::string const& why) {
  if (phase_ == phase::ready || phase_ == phase::idling) begin(known().session, at_, at_, at_);
  auto const now = context_.loop.now();
  op_.done = now;
  // Who says why it does not serve us is there.
  auto const* said = declined();
  if (!said || said->kind == refusal_kind::shutdown) context_.records.broke(now);
  record_failure(why);
  drop();
  owner_.on_closed(*this, now, why);
}

// --- records ---------------------------------------------------------------------------------------------------------

void client::begin(kind_id kind, base::instant due, base::instant free, base::instant sent) {
  op_ = {kind, due, free, sent, sent, outcome::done, endpoint_};
}

void client::record(kind_id kind, base::instant done) {
  if (!only_) context_.records.take({kind, op_.intended, op_.free, op_.sent, done, outcome::done, op_.endpoint});
}

/// How long the answer took beyond what a person needs to read it.
void client::record_beyond_size() {
  if (step_ >= program_.size() || program_[step_].kind->beyond_size.empty()) return;
  auto const allowed = base::duration(std::int64_t(octets_ * 1'000'000'000 / context_.read_speed));
  record(kind_named(program_[step_].kind->beyond_size), std::max(op_.intended, at_ - allowed));
}

void client::record_failure(std::string const& why) {
  op_.done = std::max(at_, op_.sent);
  op_.came = outcome::failed;
  if (only_ && phase_ == phase::leaving) return;
  if (only_) op_.kind = *only_, op_.intended = only_due_;
  context_.records.take(op_, why, declined());
  refused_.reset();
}

}  // namespace mailrig::load
