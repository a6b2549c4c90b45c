// worker: see worker.hpp.
#include "load/worker.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <queue>

#include "load/delivery_agent.hpp"
#include "load/session_events.hpp"
#include "net/timer.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;
using history::protocol;

double thread_cpu() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

class worker final : public device_host, public delivery_agent_owner, public model::item_sink {
 public:
  worker(plan const& p, unsigned share, unsigned shares, net::tls_context const& trust, base::instant began,
         interval_sink& intervals)
      : plan_(p),
        share_(share),
        shares_(shares),
        began_(began),
        intervals_(intervals),
        judge_(session_checkers(p.judge), p.requirements, p.limits),
        events_(judge_, records_),
        ground_{loop_,
                judge_,
                events_,
                records_,
                trust,
                p.limits,
                base::rng(p.seed * 1000 + share),
                message_writer(p.seed * 77 + share),
                p.who->sizes,
                p.where->prefix,
                p.patience,
                p.who->read_speed,
                {},
                {}},
        queue_timer_(loop_),
        tick_timer_(loop_) {
    judge_.observe(this);
    records_.measure(began, began + p.ramp, began + p.ramp + p.duration);
    addresses();
    add_users();
  }

  worker_result run(std::atomic<bool> const& interrupted) {
    worker_result out;
    if (!plan_.trace.empty()) {
      auto t = history::trace_writer::open(
          plan_.trace / fmt::format("load-{:03}.jsonl", share_),
          {{"load", plan_.who->name}, {"target", plan_.where->name}, {"seed", std::to_string(plan_.seed)}});
      if (!t) {
        out.trouble = t.error().text;
        return out;
      }
      events_.trace.emplace(std::move(*t));
    }
    begin();
    tick_at_ = began_;
    tick();
    double cpu_from = 0;
    bool ended = false;
    net::timer first(loop_), last(loop_);
    first.at(records_.from(), [&] { cpu_from = thread_cpu(); });
    last.at(records_.to(), [&] { ended = true; });
    loop_.run_until([&] { return ended || interrupted; }, base::instant::max());
    out.cpu = out.cpu_sum = thread_cpu() - cpu_from;
    finish();
    out.figures.merge(records_.figures());
    out.findings = judge_.take_findings();
    out.findings_dropped = judge_.dropped();
    out.turned_away = turned_away_;
    return out;
  }

 private:
  // --- who there is --------------------------------------------------------------------------------------------------

  void addresses() {
    auto const& t = *plan_.where;
    for (auto const& k : plan_.who->devices) {
      auto& [imap, pop3] = access_[&k];
      if (t.imap) imap = *t.imap;
      if (t.pop3) pop3 = *t.pop3;
      imap.link = pop3.link = k.link;
    }
    if (t.imap) plain_ = *t.imap;
  }

  void add_users() {
    for (std::size_t u = share_; u < plan_.users; u += shares_) {
      auto one = std::make_unique<user>();
      one->imap = one->pop3 = plan_.where->accounts[u];
      if (one->imap.mechanism.empty()) {
        one->imap.mechanism = plan_.where->imap_mechanism;
        one->pop3.mechanism = plan_.where->pop3_mechanism;
      }
      users_.push_back(std::move(one));
    }
    auto const life = plan_.concurrency > 0                           ? device::life::restless
                      : plan_.sessions.empty() && plan_.times.empty() ? device::life::own
                                                                      : device::life::called;
    for (auto const& k : plan_.who->devices) {
      double owed = 0.5;  // whoever has half a device has one every other user
      for (std::size_t i = 0; i < users_.size(); ++i) {
        auto& u = *users_[i];
        for (owed += k.per_user; owed >= 1; owed -= 1) {
          devices_.push_back(std::make_unique<device>(ground_, *this, u, k, life));
          u.devices.push_back(devices_.back().get());
        }
      }
    }
    for (auto& d : devices_) free_[&d->kind()].push_back(d.get());
  }

  // --- the beginning and the end -------------------------------------------------------------------------------------

  void begin() {
    auto const& p = plan_;
    if (p.concurrency > 0) {
      auto const mine = p.concurrency / shares_ + (share_ < p.concurrency % shares_);
      for (std::size_t i = 0; i < std::min<std::size_t>(mine, devices_.size()); ++i)
        devices_[i * devices_.size() / mine]->join(began_, began_ + p.ramp * std::int64_t(i) / std::int64_t(mine),
                                                   0.0001);
    } else if (!p.times.empty()) {
      std::vector<base::instant> mine;
      for (std::size_t i = share_; i < p.times.size(); i += shares_) mine.push_back(p.times[i]);
      calls_ = timetable(std::move(mine));
    } else if (!p.sessions.empty()) {
      auto stages = p.sessions;
      for (auto& s : stages) s.from *= p.factor / shares_, s.to *= p.factor / shares_;
      calls_ = timetable(stages, p.arrivals, p.seed * 31 + share_, 1 - double(share_) / shares_);
    } else {
      // A constant pace spreads timetables evenly over all threads; by chance they bunch, as people do.
      for (std::size_t i = 0; i < devices_.size(); ++i)
        devices_[i]->join(began_, began_ + p.ramp * std::int64_t(i) / std::int64_t(devices_.size()),
                          p.arrivals == pace::constant
                              ? (double(i) + (share_ + 1.0) / shares_) / double(devices_.size())
                              : ground_.random.unit());
    }
    next_call_ = calls_.next();
    schedule_mail();
    arm();
  }

  /// When new mail comes: the peak hour's rate, or the whole day's curve.
  void schedule_mail() {
    auto const rate = plan_.who->arrival_rate() * double(users_.size()) * plan_.factor;
    auto const all = plan_.ramp + plan_.duration;
    std::vector<stage> stages;
    if (rate > 0 && plan_.whole_day && !plan_.who->day.empty()) {
      stages.push_back({rate * plan_.who->day[0], rate * plan_.who->day[0], plan_.ramp});
      for (auto const w : plan_.who->day) stages.push_back({rate * w, rate * w, plan_.duration / 24});
    } else if (rate > 0) {
      stages.push_back({rate, rate, all});
    }
    if (!stages.empty()) mail_ = timetable(stages, pace::poisson, plan_.seed * 131 + share_);
    next_mail_ = mail_.next();
  }

  void finish() {
    for (auto& d : devices_) d->stop();
    over_ = true;
    auto const end = std::min(loop_.now(), records_.to());
    if (end < records_.to()) records_.measure(began_, records_.from(), end);
    // What is under way may end; what does not is late.
    look_ = true;
    loop_.run_until([&] { return std::exchange(look_, false) && nothing_waits(); },
                    loop_.now() + std::min<base::duration>(plan_.patience, 10s));
    auto const now = loop_.now();
    waiting_.clear();
    std::ranges::copy_if(by_id_, std::back_inserter(waiting_), [](client* c) { return c != nullptr; });
    for (auto* c : waiting_) c->overdue(now, true);
    for (auto& p : agents_) p->sweep(now, true);
    for (auto& d : devices_) d->settle(end);
    for (auto const due : undelivered_)
      records_.take({kind_named("delivery"), due, due, base::instant::max(), now, outcome::late});
    hand_in(now);
    for (auto& d : devices_)
      for (auto& c : d->clients()) c->drop();
  }

  bool nothing_waits() const {
    return std::ranges::none_of(by_id_, [](client const* c) { return c && c->waits_for_answer(); });
  }

  // --- what is due ---------------------------------------------------------------------------------------------------

  struct due {
    base::instant when;
    device* who;
    std::uint64_t generation;
    bool operator<(due const& o) const { return when > o.when; }
  };

  void wake_at(device& d, base::instant when) override {
    queue_.push({when, &d, ++d.generation});
    arm();
  }

  void arm() {
    auto next = queue_.empty() ? base::instant::max() : queue_.top().when;
    if (next_call_) next = std::min(next, records_.from() + *next_call_);
    if (next_mail_) next = std::min(next, began_ + *next_mail_);
    if (over_ || next >= armed_) return;
    armed_ = next;
    queue_timer_.at(next, [this] { turn(); });
  }

  void turn() {
    armed_ = base::instant::max();
    for (auto now = loop_.now(); !over_; now = loop_.now()) {
      if (!queue_.empty() && queue_.top().when <= now) {
        auto const d = queue_.top();
        queue_.pop();
        if (d.generation == d.who->generation) d.who->wake(now);
      } else if (next_call_ && records_.from() + *next_call_ <= now) {
        call(records_.from() + *next_call_);
        next_call_ = calls_.next();
      } else if (next_mail_ && began_ + *next_mail_ <= now) {
        deliver(began_ + *next_mail_);
        next_mail_ = mail_.next();
      } else {
        break;
      }
    }
    arm();
  }

  /// A session is due: of a kind by its share, of a user who has that device free.
  void call(base::instant when) {
    double all = 0;
    for (auto const& [kind, list] : free_) all += list.empty() ? 0 : kind->per_user;
    auto drawn = ground_.random.unit() * all;
    for (auto& [kind, list] : free_) {
      if (list.empty() || (drawn -= kind->per_user) > 0) continue;
      auto const at = ground_.random.below(list.size());
      auto* d = list[at];
      list[at] = list.back();
      list.pop_back();
      return d->call(when);
    }
    ++turned_away_;
    records_.take({kind_named("connect"), when, when, base::instant::max(), records_.to(), outcome::late});
  }

  void finished(device& d) override { free_[&d.kind()].push_back(&d); }

  session::access const& access(protocol p, device_kind const& k) override {
    auto const at = access_.find(&k);
    auto& where = at == access_.end() ? plain_ : p == protocol::imap ? at->second.first : at->second.second;
    if (!plan_.sources.empty()) where.at.from = plan_.sources[source_++ % plan_.sources.size()];
    return where;
  }

  double factor() const override { return plan_.factor; }

  double busy(base::instant now) override {
    if (!plan_.whole_day || plan_.who->day.empty() || now < records_.from()) return plan_.factor;
    auto const hour = std::size_t((now - records_.from()) * 24 / plan_.duration);
    return plan_.who->day[std::min<std::size_t>(hour, 23)] * plan_.factor;
  }

  // --- new mail ------------------------------------------------------------------------------------------------------

  void deliver(base::instant when) {
    undelivered_.push_back(when);
    dispatch_mail();
  }

  void dispatch_mail() {
    constexpr std::size_t most_agents = 200;
    while (!undelivered_.empty() && !over_) {
      if (idle_agents_.empty()) {
        if (agents_.size() >= most_agents) return;
        agents_.push_back(plan_.where->how == scenario::delivery::lmtp
                              ? delivery_agent::by_lmtp(ground_, plan_.where->lmtp, *this)
                              : delivery_agent::by_append(ground_, *this, *this));
        idle_agents_.push_back(agents_.back().get());
      }
      auto* p = idle_agents_.back();
      idle_agents_.pop_back();
      auto const when = undelivered_.front();
      undelivered_.pop_front();
      p->deliver(*users_[ground_.random.below(users_.size())], when);
    }
  }

  void on_delivered(delivery_agent& p) override {
    // From within its connection's own call: it is free when that has returned.
    loop_.post([this, &p] {
      p.let_go();
      idle_agents_.push_back(&p);
      dispatch_mail();
    });
  }

  // --- sessions ------------------------------------------------------------------------------------------------------

  history::session_id take_id(client& c) override {
    history::session_id id;
    if (free_ids_.empty()) {
      id = history::session_id(by_id_.size());
      by_id_.push_back(&c);
    } else {
      id = free_ids_.back();
      free_ids_.pop_back();
      by_id_[id] = &c;
    }
    return id;
  }

  void give_back(history::session_id id, client& c) override {
    if (by_id_[id] != &c) return;
    by_id_[id] = nullptr;
    free_ids_.push_back(id);
    ended_.push_back(&c);
  }

  void see(model::item const& i) override {
    if (auto* c = by_id_[i.session]) c->see(i);
  }

  // --- every tenth of a second ---------------------------------------------------------------------------------------

  void tick() {
    auto const now = loop_.now();
    auto const late = now - tick_at_;
    look_ = true;
    records_.now().stall_max =
        std::max(records_.now().stall_max, std::uint64_t(std::max<base::duration>(0ns, late).count()));
    for (auto* c : std::exchange(ended_, {})) c->let_go();
    if (++ticks_ % 5 == 0) {
      waiting_.clear();
      for (auto* c : by_id_)
        if (c && c->waits_for_answer()) waiting_.push_back(c);
      for (auto* c : waiting_) c->overdue(now, false);
      for (auto& p : agents_) p->sweep(now, false);
      for (auto& d : devices_)
        if (d->kind().idles) d->sweep(now, plan_.patience);
    }
    if (auto const s = (now - began_) / 1s; s > second_) hand_in(now);
    tick_at_ = std::max(tick_at_ + 100ms, now);
    tick_timer_.at(tick_at_, [this] { tick(); });
  }

  void hand_in(base::instant now) {
    auto& p = records_.now();
    p.devices = {};
    for (auto const& d : devices_) d->count(p.devices);
    p.findings = judge_.findings().size();
    // Each second is handed in, also those that a stall has swallowed.
    for (auto const to = std::max<std::int64_t>(second_ + 1, (now - began_) / 1s); second_ < to; ++second_) {
      auto const there = p.devices;
      intervals_.take(records_.hand_over(second_));
      p.devices = there;
    }
  }

  plan const& plan_;
  unsigned share_, shares_;
  base::instant began_;
  interval_sink& intervals_;
  net::loop loop_;
  recorder records_;
  check::judge judge_;
  session_events events_;
  ground ground_;
  std::map<device_kind const*, std::pair<session::access, session::access>> access_;
  session::access plain_;
  std::size_t source_ = 0;
  std::vector<std::unique_ptr<user>> users_;
  std::vector<client*> by_id_;  ///< whose session a number is; null: nobody's
  std::vector<history::session_id> free_ids_;
  std::vector<client*> ended_, waiting_;
  std::vector<std::unique_ptr<device>> devices_;
  std::map<device_kind const*, std::vector<device*>> free_;
  std::vector<std::unique_ptr<delivery_agent>> agents_;
  std::vector<delivery_agent*> idle_agents_;
  std::deque<base::instant> undelivered_;
  std::priority_queue<due> queue_;
  timetable calls_, mail_;
  std::optional<base::instant> next_call_, next_mail_;
  net::timer queue_timer_, tick_timer_;
  base::instant armed_ = base::instant::max(), tick_at_{};
  std::int64_t second_ = 0;
  std::uint64_t turned_away_ = 0, ticks_ = 0;
  bool over_ = false;
  bool look_ = false;  ///< a tenth of a second has passed: whether anything is under way may be looked at again
};

}  // namespace

worker_result work(plan const& p, unsigned share, unsigned shares, net::tls_context const& trust, base::instant began,
                   interval_sink& intervals, std::atomic<bool> const& interrupted) {
  return worker(p, share, shares, trust, began, intervals).run(interrupted);
}

}  // namespace mailrig::load
