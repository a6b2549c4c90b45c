// stage: see stage.hpp.
#include "scenario/stage.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "scenario/obstacle.hpp"
#include "scenario/refusal.hpp"

namespace mailrig::scenario {

using history::protocol;
using model::item_kind;
using wire::imap::response_kind;

stage::stage(net::loop& l, target const& t, session::credentials account, check::judge& judge,
             history::event_sink& events, base::limits const& limits, base::result<net::tls_context> trust,
             session::allowance const& allowed)
    : loop_(l),
      target_(t),
      account_(std::move(account)),
      judge_(judge),
      events_(events),
      limits_(limits),
      allowed_(allowed),
      epoch_(l.now()),
      still_before_(net::stood_still(l)),
      end_(l.now() + limits.scenario),
      trust_(std::move(trust)) {
  judge_.observe(this);
}

stage::~stage() {
  for (auto& p : players_) p->channel.reset();
  judge_.observe(nullptr);
  if (others_) others_->observe(nullptr);
}

void stage::judge_others(check::judge& others) {
  others_ = &others;
  others.observe(this);
}

check::judge& stage::judge_of(player const& p) const {
  return others_ && p.who.user != account_.user ? *others_ : judge_;
}

player& stage::add(std::string name, protocol proto, session::credentials who) {
  players_.push_back(std::make_unique<player>());
  players_.back()->name = std::move(name);
  players_.back()->proto = proto;
  players_.back()->who = std::move(who);
  players_.back()->cut = cut_;
  return *players_.back();
}

player* stage::owner_of(history::session_id id) { return id < by_id_.size() ? by_id_[id] : nullptr; }

model::conversation const* stage::conversation(player const& p) const {
  return p.channel ? judge_of(p).find(p.channel->id()) : nullptr;
}

std::vector<std::uint32_t> stage::numbering_now(player const& p) const {
  std::vector<std::uint32_t> out;
  auto const* c = conversation(p);
  if (!c || p.proto != protocol::imap) return out;
  constexpr std::size_t most = 100'000;  // "@n" is written by hand
  auto const& view = c->imap().view;
  for (std::size_t n = 1; n <= std::min(view.size(), most); ++n) out.push_back(view.at(n).serial);
  return out;
}

// --- what comes ------------------------------------------------------------------------------------------------------

void stage::see(model::item const& i) {
  auto* p = owner_of(i.session);
  if (!p) return;
  if (p->login) p->login->see(i);
  if (i.kind == item_kind::reply) follow_pace(*p, i);
  if (i.kind == item_kind::reply && i.pop3_command_) target_.silences->answered(i.pop3_command_->keyword);
  if (i.kind == item_kind::response && i.command && i.response->kind == response_kind::tagged)
    target_.silences->answered(i.command->sent.name);
  auto a = std::make_unique<arrival>();
  a->octets = i.octets;
  if (i.kind == item_kind::ended) {
    a->what = arrival::kind::ended;
    a->line = i.octets;
  } else if (i.kind == item_kind::response) {
    wire::imap::read(a->octets, a->response, i.imap->syntax);
    a->what = a->response.kind == response_kind::tagged         ? arrival::kind::tagged
              : a->response.kind == response_kind::continuation ? arrival::kind::continuation
                                                                : arrival::kind::untagged;
    auto const n = a->response.number;
    if (n >= 1 && n <= i.imap->view.size()) a->serial = i.imap->view.at(n).serial;
    a->line = a->octets.substr(0, a->octets.find('\r'));
    a->broken = a->response.violation || (i.framing && *i.framing);
  } else if (i.kind == item_kind::reply) {
    a->what = arrival::kind::pop3;
    a->line = i.reply->line;
    a->broken = i.reply->violation.has_value();
    a->multi = i.reply->multi;
    if (a->multi) a->body = wire::pop3::unstuffed(i.reply->body);
  } else {
    return;
  }
  a->weight.put_on(held_, sizeof(arrival) + a->octets.size() + a->line.size() + a->body.size() +
                              a->response.data.nodes().capacity() * sizeof(wire::imap::node) + 64);
  p->arrivals.push_back(std::move(a));
}

/// What a POP3 server tells about when to come again.
void stage::follow_pace(player const& p, model::item const& i) {
  auto const* c = i.pop3_command_;
  if (!c) return;
  auto const& r = *i.reply;
  bool const enters = c->is("PASS") || c->is("APOP") || (c->is("AUTH") && !r.multi);
  if (enters && r.status == wire::pop3::indicator::ok) target_.pace->logged_in(p.who.user, loop_.now());
  if (enters && base::iequals(r.code.substr(0, r.code.find('/')), "LOGIN-DELAY"))
    target_.pace->refused(p.who.user, loop_.now());
  if (!c->is("CAPA") || !r.multi) return;
  auto const lines = wire::pop3::body_lines(r.body);
  if (i.pop3->state == model::pop3_state::transaction)
    target_.pace->announced_to(p.who.user, lines);
  else
    target_.pace->announced(lines);
}

base::result<void> stage::await_turn(player& p) {
  if (p.proto != protocol::pop3 || impatient_) return {};
  auto const left = target_.pace->wait(p.who.user, loop_.now());
  if (left.count() == 0) return {};
  if (left > session::login_pace::most)
    return base::fault{
        0, std::string(obstacle::patience),
        fmt::format("the maildrop may not be logged in to again for {} s (LOGIN-DELAY), and mailrig "
                    "waits {} s at most",
                    left / std::chrono::seconds(1), session::login_pace::most / std::chrono::seconds(1))};
  waited_ += left;
  wait([] { return false; }, left);
  return {};
}

/// Where delays differ by user, CAPA tells a user's own after its login (RFC 2449 §6.5).
void stage::learn_own_delay(player& p) {
  if (p.proto != protocol::pop3 || impatient_ || !target_.pace->owes_own_delay(p.who.user)) return;
  (void)pop3_command(p, "CAPA");
}

void stage::on_event(history::session_id id) {
  auto* p = owner_of(id);
  if (p && p->channel && held_ > allowed_.held_octets)
    p->channel->cut_off(
        fmt::format("{} MB of memory hold what came and nobody asked for or has looked at yet", held_ >> 20));
  if (!p || !p->login || !p->channel) return;
  auto const* c = conversation(*p);
  if (!c) return;
  for (auto a = p->login->next(*c); a.kind == session::login_action::send || a.kind == session::login_action::start_tls;
       a = p->login->next(*c)) {
    if (a.kind == session::login_action::send)
      p->channel->send(a.text);
    else
      p->channel->start_tls();
  }
}

void stage::expect_end() {
  for (auto& p : players_)
    if (is_open(*p)) p->channel->expect_end();
}

std::string stage::how_it_ended(player const& p) {
  if (!p.channel) return "the session was never opened";
  return fmt::format("the connection ended ({}) instead", net::name_of(p.channel->cause()));
}

// --- what goes -------------------------------------------------------------------------------------------------------

void stage::connect(player& p) {
  auto const& where = target_.way(p.proto, p.endpoint);
  auto const id = history::session_id(by_id_.size());
  by_id_.push_back(&p);
  names_.push_back(p.name);
  p.arrivals.clear();
  p.unanswered.clear();
  p.login.reset();
  p.channel.reset();
  p.channel = std::make_unique<session::channel>(loop_, where, *trust_, id, p.proto, p.who.user, events_, *this, epoch_,
                                                 limits_, allowed_);
  p.channel->cut(p.cut);
}

namespace {

/// Keeps the outcome of a login, which the machine says once.
class remembered final : public session::login {
 public:
  remembered(std::unique_ptr<session::login> inner, bool& done, std::string& failure)
      : login({}, session::login_goal::greeting, false), inner_(std::move(inner)), done_(done), failure_(failure) {}
  void see(model::item const& i) override { inner_->see(i); }
  session::login_action next(model::conversation const& c) override {
    if (done_) return {};
    auto a = inner_->next(c);
    if (a.kind == session::login_action::done) done_ = true;
    if (a.kind == session::login_action::failed) done_ = true, failure_ = a.text;
    return a;
  }

 private:
  std::unique_ptr<session::login> inner_;
  bool& done_;
  std::string& failure_;
};

}  // namespace

bool stage::was_dismissed(player const& p) const {
  auto const* c = conversation(p);
  return p.proto == protocol::imap && c && c->imap().bye;
}

base::result<void> stage::log_in(player& p, session::login_goal goal) {
  auto const waited_before = waited_;
  for (int more = 2;;) {
    auto in = log_in_once(p, goal);
    if (in) return in;
    // Who came too early has just been told so, and comes again.
    auto const left = target_.pace->wait(p.who.user, loop_.now());
    bool const early = p.proto == protocol::pop3 && !impatient_ && left > base::duration{};
    if (early && waited_ - waited_before + left <= session::login_pace::most) continue;
    if (more-- == 0 || !was_dismissed(p)) return in;
    p.channel->close();
  }
}

void stage::begin_login(player& p, session::login_goal goal) {
  auto who = p.who;
  if (who.mechanism.empty())
    who.mechanism = p.proto == protocol::imap ? target_.imap_mechanism : target_.pop3_mechanism;
  auto const& where = target_.way(p.proto, p.endpoint);
  p.login_result = {};
  if (!p.channel || !p.channel->is_open()) connect(p);
  auto machine = session::login::begin(p.proto, who, goal, where.upgrade);
  machine->runs_over([&p](auto type) { return p.channel->channel_binding(type); }, p.channel->origin());
  p.login = std::make_unique<remembered>(std::move(machine), p.login_result.ended, p.login_result.failure);
  on_event(p.channel->id());  // what came before counts
}

std::string stage::rule_for(player const& p) const {
  auto const* c = conversation(p);
  auto const& way = target_.way(p.proto, p.endpoint);
  bool const in_clear = way.upgrade && p.proto == protocol::imap && c && !c->imap().secured;
  if (in_clear && c->imap().state == model::imap_state::authenticated) return std::string(obstacle::preauth);
  auto const why = is_open(p) ? std::string_view() : obstacle::of_end(p.channel->cause(), !way.implicit_tls);
  return std::string(why.empty() ? p.name : why);
}

std::string stage::end_in_words(player const& p) const {
  auto const cause = p.channel->cause();
  auto const& detail = p.channel->detail();
  bool const other_port = cause == net::end_cause::tls_absent && target_.way(p.proto, p.endpoint).implicit_tls;
  return fmt::format("{}{}{}{}", net::name_of(cause), detail.empty() ? "" : ", ", detail,
                     other_port ? fmt::format("; where the port has TLS only after {0}, its url begins with {1}:// and "
                                              "the target says starttls = true",
                                              p.proto == protocol::imap ? "STARTTLS" : "STLS",
                                              p.proto == protocol::imap ? "imap" : "pop3")
                                : std::string());
}

base::result<void> stage::log_in_once(player& p, session::login_goal goal) {
  if (!trust_) return trust_.error();
  if (goal == session::login_goal::authenticated)
    if (auto const mine = await_turn(p); !mine) return mine.error();
  begin_login(p, goal);
  auto const& result = p.login_result;
  auto const in_time = wait([&] { return result.ended || !is_open(p); }, patience());
  p.login.reset();
  if (!in_time) {
    give_up(p);
    return base::fault{0, p.name, "no answer while logging in"};
  }
  if (!result.failure.empty()) return base::fault{0, rule_for(p), result.failure};
  if (!is_open(p)) return base::fault{0, rule_for(p), "the connection ended while logging in: " + end_in_words(p)};
  if (goal == session::login_goal::authenticated) learn_own_delay(p);
  p.arrivals.clear();
  return {};
}

base::result<std::vector<arrival_ptr>> stage::answer_to(player& p, std::string const& tag, base::duration limit) {
  auto here = [&] {
    return std::ranges::find_if(
        p.arrivals, [&](auto const& a) { return a->what == arrival::kind::tagged && a->response.tag == tag; });
  };
  wait([&] { return here() != p.arrivals.end() || !is_open(p); }, limit);
  auto const end = here();
  if (end == p.arrivals.end()) {
    bool const open = is_open(p);
    auto const half = unfinished(p);
    if (open) give_up(p);
    return base::fault{0, p.name,
                       open ? half.empty() ? "no answer" : half
                            : fmt::format("the connection ended: {}", net::name_of(p.channel->cause()))};
  }
  std::vector<arrival_ptr> out;
  bool const good = (*end)->response.condition == wire::imap::status::ok;
  auto const said = (*end)->line;
  for (auto at = p.arrivals.begin(); at != std::next(end); ++at) out.push_back(std::move(*at));
  p.arrivals.erase(p.arrivals.begin(), std::next(end));
  if (!good) return base::fault{0, p.name, base::printable(std::string_view(said).substr(said.find(' ') + 1))};
  return out;
}

base::result<std::vector<arrival_ptr>> stage::command(player& p, std::string const& text) {
  if (!is_open(p)) return base::fault{0, p.name, "the connection is closed"};
  return answer_to(p, ask(p, text));
}

namespace {

/// Of a command without its tag, upper case, without "UID ".
std::string name_of(std::string_view text) {
  auto const words = base::words(text);
  bool const by_uid = words.size() > 1 && base::iequals(words[0], "UID");
  return words.empty() ? std::string() : base::to_upper(words[by_uid ? 1 : 0]);
}

}  // namespace

stage::question stage::ask(player& p, std::string const& text) {
  auto const tag = fmt::format("S{}", ++p.tags);
  p.numbering = numbering_now(p);
  if (is_open(p)) p.channel->send(fmt::format("{} {}\r\n", tag, text));
  return {tag, loop_.now() + patience_for(name_of(text))};
}

base::result<std::vector<arrival_ptr>> stage::answer_to(player& p, question const& q) {
  return answer_to(p, q.tag, std::max(base::duration{}, q.until - loop_.now()));
}

base::result<std::vector<arrival_ptr>> stage::command_with(player& p, std::string_view name,
                                                           std::string const& literal) {
  if (!is_open(p)) return base::fault{0, p.name, "the connection is closed"};
  auto const tag = fmt::format("S{}", ++p.tags);
  p.numbering = numbering_now(p);
  p.channel->send(fmt::format("{} {} {{{}}}\r\n", tag, name, literal.size()));
  if (is_invited(p, tag)) p.channel->send(literal + "\r\n");
  return answer_to(p, tag, patience());
}

/// Waits until the server asks for the literal of a command; not, where it answers without.
bool stage::is_invited(player& p, std::string const& tag) {
  auto const here = [&] {
    return std::ranges::find_if(p.arrivals, [&](auto const& a) {
      return a->what == arrival::kind::continuation || (a->what == arrival::kind::tagged && a->response.tag == tag);
    });
  };
  wait([&] { return here() != p.arrivals.end() || !is_open(p); }, patience());
  auto const at = here();
  if (at == p.arrivals.end() || (*at)->what != arrival::kind::continuation) return false;
  p.arrivals.erase(at);
  return true;
}

base::result<arrival_ptr> stage::pop3_command(player& p, std::string const& line) {
  if (!is_open(p)) return base::fault{0, p.name, "the connection is closed"};
  p.arrivals.clear();
  p.channel->send(line + "\r\n");
  wait([&] { return !p.arrivals.empty() || !is_open(p); }, patience_for(name_of(line)));
  if (p.arrivals.empty() || p.arrivals.front()->what != arrival::kind::pop3) {
    auto const half = unfinished(p);
    if (p.arrivals.empty() && is_open(p)) give_up(p);
    return base::fault{0, p.name, half.empty() ? "no answer" : half};
  }
  auto out = std::move(p.arrivals.front());
  p.arrivals.pop_front();
  if (!out->line.starts_with("+OK")) return base::fault{0, p.name, base::printable(out->line)};
  return out;
}

}  // namespace mailrig::scenario
