// device: see device.hpp.
#include "load/device.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "model/fetch_request.hpp"

namespace mailrig::load {

using namespace std::chrono_literals;

device::device(context& shared, device_host& host, user& u, device_kind const& k, life l)
    : context_(shared), host_(host), user_(u), kind_(k), life_(l), due_(k.acts.size(), base::instant::max()) {
  for (auto const& a : k.acts) act_kinds_.push_back(kind_named("act." + a.name));
}

// --- its life --------------------------------------------------------------------------------------------------------

void device::join(base::instant origin, base::instant at, double phase) {
  free_ = at;
  origin_ = origin;
  phase_ = phase;
  if (each_act()) {
    doing_ = doing::resting;
    if (life_ == life::restless) return host_.wake_at(*this, at);
    set_timetables(at);
    if (kind_.think.mean() > 0s) think(at);
    return host_.wake_at(*this, next_due());
  }
  comes_ = at;
  // Whoever comes and goes is not there with the share of time that it is away.
  if (kind_.session && life_ == life::own) {
    auto const in = double(kind_.session->mean().count()), out = double(kind_.away.mean().count());
    if (memory_.random.unit() > in / (in + out)) comes_ = at + kind_.away.draw(memory_.random);
  }
  host_.wake_at(*this, comes_);
}

void device::call(base::instant due) {
  free_ = due;
  if (!each_act()) return come(due);
  doing_ = doing::resting;
  act_on(some_act(), due);
}

void device::come(base::instant due) {
  if (put_off(due)) return;
  comes_ = base::instant::max();
  leaves_ = kind_.session ? due + kind_.session->draw(memory_.random) : base::instant::max();
  doing_ = doing::opening;
  // From when it was to come: what falls due while it connects is begun late, and not forgotten.
  if (!each_act() && !lost_) set_timetables(due);
  expects_ = {};
  std::size_t const wanted = kind_.connections;
  while (clients_.size() < wanted) clients_.push_back(std::make_unique<client>(context_, *this, memory_));
  auto const where = endpoint_.way(context_.random, host_.access(kind_.proto, kind_));
  auto const& who = kind_.proto == history::protocol::imap ? user_.imap : user_.pop3;
  clients_[0]->resynchronises_by(kind_.resync);
  for (auto& c : clients_) c->at_endpoint(endpoint_.kept_as());
  for (auto& c : clients_) c->open(host_.take_id(*c), where, kind_.proto, who, kind_.mailbox, due, free_);
}

base::instant device::next_due() const {
  auto out = chance_due_.value_or(base::instant::max());
  for (auto const d : due_) out = std::min(out, d);
  return out;
}

/// The next of each timetable; they all began at the origin.
void device::set_timetables(base::instant at) {
  for (std::size_t i = 0; i < due_.size(); ++i) {
    if (!kind_.acts[i].every) continue;
    auto const p = period(i);
    due_[i] = origin_ + base::duration(std::int64_t(phase_ * double(p.count())));
    if (due_[i] < at) due_[i] += p * ((at - due_[i]) / p + 1);
  }
}

device::round device::due_within(std::size_t i, base::instant from, base::instant to) const {
  if (!kind_.acts[i].every) return {};
  auto const p = period(i);
  round out;
  out.first = origin_ + base::duration(std::int64_t(phase_ * double(p.count())));
  if (out.first < from) out.first += p * ((from - out.first + p - 1ns) / p);
  if (out.first < to) out.times = std::uint64_t((to - out.first + p - 1ns) / p);
  return out;
}

base::duration device::period(std::size_t i) const {
  return base::duration(std::int64_t(double(kind_.acts[i].every->count()) / host_.factor()));
}

/// By weight; one that follows a timetable counts as 1.
std::size_t device::some_act() {
  std::uint64_t all = 0;
  for (auto const& a : kind_.acts) all += std::max(1u, a.weight);
  auto drawn = memory_.random.below(all);
  std::size_t i = 0;
  for (; drawn >= std::max(1u, kind_.acts[i].weight); ++i) drawn -= std::max(1u, kind_.acts[i].weight);
  return i;
}

void device::think(base::instant at) {
  auto const pause = kind_.think.draw(memory_.random);
  chance_due_ = at + base::duration(std::int64_t(double(pause.count()) / std::max(0.02, host_.busy(at))));
}

void device::wake(base::instant now) {
  if (stopped_) return;
  if (doing_ == doing::away || doing_ == doing::barred) {
    if (comes_ <= now) come(comes_);
    return;
  }
  if (doing_ == doing::resting) decide(now);
}

/// It has nothing under way. What next, and when?
void device::decide(base::instant now) {
  if (stopped_) return;
  if (!each_act() && clients_[0]->now() == client::phase::entering_idle) return;  // it is told when that is done
  if (life_ == life::restless && !kind_.acts.empty()) {
    auto const which = round_++ % kind_.acts.size();
    return act_on(which, now);
  }
  if (!each_act() && leaves_ <= now) {
    doing_ = doing::leaving;
    drop_companions();
    return clients_[0]->leave(now);
  }
  if (auto const due = next_due(); due <= now) {
    if (chance_due_ == due) {
      chance_due_.reset();
      return act_on(some_act(), due);
    }
    for (std::size_t i = 0; i < due_.size(); ++i)
      if (due_[i] == due) {
        due_[i] += period(i);
        return act_on(i, due);
      }
  }
  if (!each_act() && kind_.idles && !refuses_idle_ && clients_[0]->now() == client::phase::ready &&
      clients_[0]->imap().can("IDLE"))
    clients_[0]->idle();
  auto const wake = std::min(next_due(), leaves_);
  if (wake != base::instant::max()) host_.wake_at(*this, wake);
}

/// The connections beside the one that works.
void device::drop_companions() {
  for (std::size_t i = 1; i < clients_.size(); ++i) {
    if (clients_[i]->now() == client::phase::closed) continue;
    clients_[i]->drop();
    host_.give_back(clients_[i]->id(), *clients_[i]);
  }
}

void device::act_on(std::size_t which, base::instant due) {
  act_ = which;
  act_due_ = due;
  if (each_act()) return come(due);
  doing_ = doing::acting;
  clients_[0]->run(kind_.acts[which].steps, due, free_);
}

void device::act_done(base::instant at, bool good, std::string const& why) {
  context_.records.take({act_kinds_[act_], act_due_, std::min(free_, at), std::min(std::max(act_due_, free_), at), at,
                         good ? outcome::done : outcome::failed},
                        why.empty() ? "a step of it failed" : why);
  bool const nothing_asked = at <= free_;
  free_ = at;
  doing_ = doing::resting;
  bool const by_chance = std::ranges::any_of(kind_.acts, [](act const& a) { return a.weight > 0; });
  if (by_chance && !chance_due_) think(at);
  // A restless device whose act asks nothing must not spin.
  if (life_ == life::restless && nothing_asked) return host_.wake_at(*this, context_.loop.now() + 1ms);
  if (life_ == life::restless && each_act()) return host_.wake_at(*this, at);
  if (each_act()) {
    if (life_ == life::called) return host_.finished(*this);
    return host_.wake_at(*this, next_due());
  }
  decide(at);
}

// --- from its connections --------------------------------------------------------------------------------------------

void device::on_ready(client& c, base::instant at, bool good) {
  if (&c != clients_[0].get()) {
    if (kind_.idles && c.now() == client::phase::ready && c.imap().can("IDLE")) c.idle();
    return;
  }
  switch (doing_) {
    case doing::opening:
      doing_ = doing::starting;
      got_connection(at);
      free_ = at;
      return c.run(kind_.start, at, at);
    case doing::starting:
      free_ = at;
      if (each_act()) {
        doing_ = doing::acting;
        return c.run(kind_.acts[act_].steps, at, at);
      }
      // Thrown out, it has missed what was due meanwhile.
      if (lost_) give_up_acts(at);
      lost_ = false;
      if (std::ranges::any_of(kind_.acts, [](act const& a) { return a.weight > 0; })) think(at);
      doing_ = doing::resting;
      return decide(at);
    case doing::acting:
      if (!each_act()) return act_done(at, good, {});
      doing_ = doing::leaving;
      return c.leave(at);
    case doing::resting:  // IDLE has begun, or was refused
      refuses_idle_ = !good;
      free_ = at;
      return decide(at);
    default: return;
  }
}

void device::on_closed(client& c, base::instant at, std::string const& why) {
  host_.give_back(c.id(), c);
  if (&c != clients_[0].get()) return;
  change_ends();
  drop_companions();
  expects_ = {};
  if (!why.empty() && tries_next_endpoint(at)) return;
  if (each_act()) return act_done(at, why.empty(), why);
  if (!why.empty()) lost_connection(at);
  free_ = at;
  doing_ = doing::away;
  chance_due_.reset();
  lost_ = lost_ || (!why.empty() && life_ == life::own &&
                    std::ranges::any_of(due_, [](auto d) { return d != base::instant::max(); }));
  if (!lost_) std::ranges::fill(due_, base::instant::max());
  if (life_ == life::called) return host_.finished(*this);
  // A program that was thrown out tries again soon, not all of them in the same moment.
  auto const pause = why.empty() ? kind_.away.draw(memory_.random) : kind_.waits.pause(++failures_, memory_.random);
  comes_ = at + pause;
  host_.wake_at(*this, comes_);
}

void device::count(census& c) const {
  for (auto const& one : clients_)
    c.connections += one->now() != client::phase::closed && one->now() != client::phase::dialing;
  switch (doing_) {
    case doing::away:
    case doing::barred: ++c.away; break;
    case doing::opening:
    case doing::starting: ++c.connecting; break;
    case doing::acting:
    case doing::leaving: ++c.waiting; break;
    case doing::resting: each_act() ? ++c.away : idling() ? ++c.idle : ++c.thinking; break;
  }
}

// --- what another device did -----------------------------------------------------------------------------------------

namespace {

struct push_kinds {
  kind_id mail = kind_named("push.mail"), flag = kind_named("push.flag"), expunge = kind_named("push.expunge");
};
push_kinds const& pushes() {
  static push_kinds const k;
  return k;
}
constexpr std::size_t most = 256;

void tell(recorder& to, kind_id kind, base::instant changed, base::instant told, outcome came = outcome::done) {
  to.take({kind, changed, changed, changed, std::max(changed, told), came});
}

}  // namespace

void device::expect_mail(base::instant at) {
  if (!idling() || kind_.mailbox != "INBOX") return;
  if (expects_.early_mail > 0) return --expects_.early_mail, tell(context_.records, pushes().mail, at, at);
  if (expects_.mail.size() < most) expects_.mail.push_back(at);
}

/// Only a change is told: what was so before, or is so again before anybody was told, need not be.
void device::expect_flag(std::uint32_t uid, base::instant at) {
  if (!idling()) return;
  if (auto const early = std::ranges::find(expects_.early_flags, uid); early != expects_.early_flags.end()) {
    expects_.early_flags.erase(early);
    return tell(context_.records, pushes().flag, at, at);
  }
  auto const open = std::ranges::find(expects_.flags, uid, &std::pair<std::uint32_t, base::instant>::first);
  if (open != expects_.flags.end())
    expects_.flags.erase(open);
  else if (expects_.flags.size() < most)
    expects_.flags.emplace_back(uid, at);
}

void device::expect_expunge(base::instant at) {
  if (!idling()) return;
  if (expects_.early_expunged > 0) return --expects_.early_expunged, tell(context_.records, pushes().expunge, at, at);
  if (expects_.expunged.size() < most) expects_.expunged.push_back(at);
}

void device::on_asking(client& c, step_kind const& s) {
  if (&c != clients_[0].get()) return;
  changing_ = s.tells;
  if (changing_ == told_to_others::flags) ++user_.stores;
  if (changing_ == told_to_others::expunges) ++user_.expunges;
}

void device::on_answered(client& c, step_kind const&, base::instant at, bool good) {
  if (&c != clients_[0].get()) return;
  auto const changed = changing_;
  change_ends();
  if (changed == told_to_others::flags && good && kind_.mailbox == "INBOX" && memory_.touched != 0) flag_changed(at);
}

/// Answered, or its connection has ended.
void device::change_ends() {
  auto const was = std::exchange(changing_, told_to_others::nothing);
  if (was == told_to_others::flags) --user_.stores;
  if (was == told_to_others::expunges) --user_.expunges;
}

void device::flag_changed(base::instant at) {
  auto& now = user_.flags[memory_.touched];
  auto const [known, on] = now[memory_.flag];
  now[memory_.flag] = {true, memory_.flag_on};
  if (!known || on == memory_.flag_on) return;
  for (auto* d : user_.devices)
    if (d != this) d->expect_flag(memory_.touched, at);
}

void device::on_told(client& c, model::item const& i) {
  if (&c != clients_[0].get() || !i.imap || i.imap->selecting()) return;
  auto const& r = *i.response;
  if (r.is("EXISTS")) told_exists(i);
  if (r.is("FETCH")) told_fetch(i);
  if (r.is("EXPUNGE")) told_expunge(i);
  if (!r.is("VANISHED") || r.args().is_list()) return;
  auto const set = wire::imap::sequence_set::parse(r.args().raw());
  auto const uids = set ? set->expand(i.imap->view.size()) : std::nullopt;
  for (auto left = uids ? uids->size() : 0; left > 0; --left) told_expunge(i);
}

void device::told_exists(model::item const& i) {
  auto growth = i.response->number > i.imap->view.size() ? i.response->number - i.imap->view.size() : 0;
  for (; growth > 0 && !expects_.mail.empty(); --growth) {
    tell(context_.records, pushes().mail, expects_.mail.front(), i.at);
    expects_.mail.erase(expects_.mail.begin());
  }
  if (idling()) expects_.early_mail = unsigned(std::min<std::uint64_t>(expects_.early_mail + growth, user_.deliveries));
}

void device::told_fetch(model::item const& i) {
  if (expects_.flags.empty() && user_.stores == 0) return;
  auto const uid = model::told_uid(*i.imap, *i.response);
  auto const at = std::ranges::find(expects_.flags, uid, &std::pair<std::uint32_t, base::instant>::first);
  if (at != expects_.flags.end()) {
    tell(context_.records, pushes().flag, at->second, i.at);
    expects_.flags.erase(at);
  } else if (idling() && user_.stores > 0 && uid != 0 && expects_.early_flags.size() < 16) {
    expects_.early_flags.push_back(uid);
  }
}

/// One that removes what it marked is told of each; the others are to be told as often.
void device::told_expunge(model::item const& i) {
  if (changing_ == told_to_others::expunges) {
    for (auto* d : user_.devices)
      if (d != this) d->expect_expunge(i.at);
    return;
  }
  if (!expects_.expunged.empty()) {
    tell(context_.records, pushes().expunge, expects_.expunged.front(), i.at);
    expects_.expunged.erase(expects_.expunged.begin());
  } else if (idling() && user_.expunges > 0) {
    ++expects_.early_expunged;
  }
}

void device::sweep(base::instant now, base::duration patience) {
  auto give_up = [&](kind_id kind, auto& open, auto changed) {
    std::erase_if(open, [&](auto const& one) {
      if (now - changed(one) <= patience) return false;
      tell(context_.records, kind, changed(one), now, outcome::late);
      return true;
    });
  };
  give_up(pushes().mail, expects_.mail, std::identity());
  give_up(pushes().expunge, expects_.expunged, std::identity());
  give_up(pushes().flag, expects_.flags, [](auto const& one) { return one.second; });
}

}  // namespace mailrig::load
