// worker: see worker.hpp.
#include "load/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <queue>
#include <utility>

#include "load/arrivals.hpp"
#include "load/client_table.hpp"
#include "load/delivery_queue.hpp"
#include "load/free_devices.hpp"
#include "load/machine.hpp"
#include "load/session_events.hpp"
#include "net/timer.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;
using history::protocol;

net::loop::time time_of(scenario::target const& t) {
  return t.simulate ? net::loop::time::simulated : net::loop::time::real;
}

/// Whatever is drawn for one of a run, by its number, whoever plays it.
base::rng drawn_for(std::uint64_t seed, std::size_t number) {
  base::rng mixed(seed * 1000003 + number);
  return base::rng(mixed.next());
}

class worker final : public device_host, public model::item_sink {
 public:
  worker(plan const& p, population const& all, unsigned share, net::tls_context const& trust, base::instant began,
         interval_sink& intervals)
      : plan_(p),
        all_(all),
        share_(share),
        began_(began),
        intervals_(intervals),
        loop_(time_of(*p.where)),
        simulated_server_(p.where->simulate ? p.where->simulate(loop_, power_) : nullptr),
        judge_(session_checkers(p.judge), p.requirements, p.limits),
        events_(judge_, records_),
        context_{loop_,
                 judge_,
                 events_,
                 records_,
                 trust,
                 p.limits,
                 base::rng(p.seed * 1000 + share + (std::uint64_t(p.ours.number - 1) << 32)),
                 message_writer(p.seed * 77 + share + (std::uint64_t(p.ours.number - 1) << 32)),
                 p.who->sizes,
                 p.where->prefix,
                 p.patience,
                 p.who->read_speed,
                 {},
                 {},
                 endpoint_sources(*p.where, p.seed),
                 p.where->pace.get()},
        mail_(context_, *this, *p.where),
        queue_timer_(loop_),
        tick_timer_(loop_) {
    judge_.observe(this);
    records_.measure(began, began + p.ramp, began + p.ramp + p.duration);
    set_addresses();
    add_users();
    add_devices();
  }

  worker_result run(std::atomic<bool> const& interrupted) {
    worker_result out;
    if (auto const opened = open_trace(); !opened) return out.trouble = opened.error().text, std::move(out);
    begin();
    tick_at_ = began_;
    tick();
    double cpu_from = 0;
    bool ended = false;
    net::timer first(loop_), last(loop_);
    first.at(records_.from(), [&] { cpu_from = cpu_of_this_thread(); });
    last.at(records_.to(), [&] { ended = true; });
    loop_.run_until([&] { return ended || interrupted; }, base::instant::max());
    out.cpu = out.cpu_sum = cpu_of_this_thread() - cpu_from;
    finish(interrupted);
    out.figures.merge(records_.figures());
    out.endpoints.merge(records_.endpoints().all());
    out.findings = judge_.take_findings();
    out.findings_dropped = judge_.dropped();
    out.turned_away = turned_away_;
    while (calls_.next()) take_call();
    while (new_mail_.next()) take_mail();
    out.asked = asked_;
    out.segments = net::segments_sent(loop_);
    if (!events_.written())
      out.trouble = fmt::format("the trace {} could not be written: is its disk full?", trace_file().string());
    return out;
  }

 private:
  std::filesystem::path trace_file() const {
    auto const& s = plan_.ours;
    return plan_.trace /
           (s.alone() ? fmt::format("load-{:03}.jsonl", share_) : fmt::format("load-{}-{:03}.jsonl", s.number, share_));
  }
  base::result<void> open_trace() {
    if (plan_.trace.empty()) return {};
    auto t = history::trace_writer::open(
        trace_file(), {{"load", plan_.who->name}, {"target", plan_.where->name}, {"seed", std::to_string(plan_.seed)}},
        plan_.trace_budget);
    if (!t) return t.error();
    events_.write_to(std::move(*t));
    return {};
  }

  // --- who there is --------------------------------------------------------------------------------------------------

  void set_addresses() {
    auto const& t = *plan_.where;
    for (auto const& k : plan_.who->devices) {
      auto& [imap, pop3] = access_[&k];
      imap = t.imap.value_or(session::access()), pop3 = t.pop3.value_or(session::access());
      for (auto* a : {&imap, &pop3}) a->link = k.link, a->link.seed = plan_.seed, a->failures = k.failures;
    }
    if (t.imap) plain_ = *t.imap;
  }

  void add_users() {
    users_.resize(all_.users());
    for (std::size_t u = 0; u < users_.size(); ++u) {
      if (!is_mine(u)) continue;
      auto one = std::make_unique<user>();
      one->imap = one->pop3 = plan_.where->accounts[u];
      if (one->imap.mechanism.empty()) {
        one->imap.mechanism = plan_.where->imap_mechanism;
        one->pop3.mechanism = plan_.where->pop3_mechanism;
      }
      one->letters = drawn_for(plan_.seed + 7919, u);
      users_[u] = std::move(one);
    }
  }

  void add_devices() {
    auto const life = plan_.concurrency > 0                           ? device::life::restless
                      : plan_.sessions.empty() && plan_.times.empty() ? device::life::own
                                                                      : device::life::called;
    for (std::size_t n = 0; n < all_.devices().size(); ++n) {
      auto const& [kind, who] = all_.devices()[n];
      if (!is_mine(who)) continue;
      auto& u = *users_[who];
      devices_.push_back(std::make_unique<device>(context_, *this, u, *kind, life));
      devices_.back()->draw_from(drawn_for(plan_.seed + 104729, n));
      numbers_.push_back(n);
      u.devices.push_back(devices_.back().get());
      free_[kind].add(*devices_.back());
    }
  }

  bool is_mine(std::size_t u) const { return all_.share_of(u) == share_; }

  // --- the beginning and the end -------------------------------------------------------------------------------------

  void begin() {
    auto const& p = plan_;
    if (p.concurrency > 0)
      begin_closed_loop();
    else if (!p.times.empty())
      schedule_calls(timetable(p.times));
    else if (!p.sessions.empty())
      schedule_calls(timetable(scaled(p.sessions, p.factor), p.arrivals, p.seed * 31, 0.5));
    else
      begin_by_habit();
    schedule_mail();
    arm();
  }

  /// So many devices of all, evenly chosen, one after the other over the ramp.
  void begin_closed_loop() {
    auto const all = all_.devices().size();
    auto const wanted = std::min(plan_.concurrency, all);
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      auto const place = (numbers_[i] * wanted + all - 1) / all;  // the first that could be this one
      if (place >= wanted || place * all / wanted != numbers_[i]) continue;
      devices_[i]->join(began_, began_ + plan_.ramp * std::int64_t(place) / std::int64_t(wanted), 0.0001);
    }
  }

  /// A constant pace spreads timetables evenly over all devices; by chance they bunch, as people do.
  void begin_by_habit() {
    auto const all = all_.devices().size();
    for (std::size_t i = 0; i < devices_.size(); ++i) {
      auto const n = numbers_[i];
      devices_[i]->join(
          began_, began_ + plan_.ramp * std::int64_t(n) / std::int64_t(all),
          plan_.arrivals == pace::constant ? double(n + 1) / double(all) : drawn_for(plan_.seed, n).unit());
      take_timetables(*devices_[i], n);
    }
  }

  static std::vector<stage> scaled(std::vector<stage> stages, double by) {
    for (auto& s : stages) s.from *= by, s.to *= by;
    return stages;
  }

  /// A session is for one device of all, whoever plays that; where nobody has any, the first worker turns them away.
  void schedule_calls(timetable when) {
    auto const& all = all_.devices();
    calls_ = arrivals(
        std::move(when), [this, &all, n = std::size_t(0)]() mutable { return all.empty() ? n : all_.called(n++); },
        [this, &all](std::size_t number) {
          return all.empty() ? share_ == 0 && plan_.ours.leads() : is_mine(all[number].user);
        });
  }

  // What the plan asked for is counted when it falls due, and what the run did not come to at its end.
  void take_call() {
    asked_.take(offered::kind::session, calls_.next()->whose, calls_.next()->at);
    calls_.advance();
  }
  void take_mail() {
    asked_.take(offered::kind::delivery, new_mail_.next()->whose, new_mail_.next()->at);
    new_mail_.advance();
  }
  void take_timetables(device const& d, std::size_t number) {
    for (std::size_t act = 0; act < d.kind().acts.size(); ++act)
      if (auto const due = d.due_within(act, records_.from(), records_.to()); due.times > 0)
        asked_.take(offered::kind::act, (std::uint64_t(number) << 8) + act, due.first - began_, due.times);
  }

  /// When new mail comes, and to whom: by the peak hour's rate, or by the whole day's curve.
  void schedule_mail() {
    auto const rate = plan_.who->arrival_rate() * double(all_.users()) * plan_.factor;
    std::vector<stage> stages;
    if (rate > 0 && plan_.whole_day && !plan_.who->day.empty()) {
      stages.push_back({rate * plan_.who->day[0], rate * plan_.who->day[0], plan_.ramp});
      for (auto const w : plan_.who->day) stages.push_back({rate * w, rate * w, plan_.duration / 24});
    } else if (rate > 0) {
      stages.push_back({rate, rate, plan_.ramp + plan_.duration});
    }
    if (stages.empty()) return;
    new_mail_ = arrivals(
        timetable(stages, pace::poisson, plan_.seed * 131),
        [this, who = base::rng(plan_.seed * 137)]() mutable { return std::size_t(who.below(all_.users())); },
        [this](std::size_t u) { return is_mine(u); });
  }

  void finish(bool interrupted) {
    for (auto& d : devices_) d->stop();
    over_ = true;
    mail_.stop();
    auto const end = std::min(loop_.now(), records_.to());
    if (end < records_.to()) records_.measure(began_, records_.from(), end);
    // What is under way may end; what does not is late.
    look_ = true;
    loop_.run_until([&] { return std::exchange(look_, false) && !clients_.any_waits_for_answer(); },
                    loop_.now() + std::min<base::duration>(plan_.patience, interrupted ? 1s : 10s));
    auto const now = loop_.now();
    clients_.sweep(now, true);
    mail_.sweep(now, true);
    for (auto& d : devices_) d->settle(end);
    mail_.settle(now);
    hand_in(now);
    for (auto& d : devices_)
      for (auto& c : d->clients()) c->drop();
    mail_.drop();
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
    if (calls_.next()) next = std::min(next, records_.from() + calls_.next()->at);
    if (new_mail_.next()) next = std::min(next, began_ + new_mail_.next()->at);
    if (over_ || next >= armed_) return;
    armed_ = next;
    queue_timer_.at(next, [this] { begin_what_is_due(); });
  }

  void begin_what_is_due() {
    armed_ = base::instant::max();
    for (auto now = loop_.now(); !over_; now = loop_.now()) {
      if (!queue_.empty() && queue_.top().when <= now) {
        auto const d = queue_.top();
        queue_.pop();
        if (d.generation == d.who->generation) d.who->wake(now);
      } else if (auto const one = calls_.next(); one && records_.from() + one->at <= now) {
        call(one->whose, records_.from() + one->at);
        take_call();
      } else if (auto const mail = new_mail_.next(); mail && began_ + mail->at <= now) {
        mail_.deliver(*users_[mail->whose], began_ + mail->at);
        take_mail();
      } else {
        break;
      }
    }
    arm();
  }

  /// A session of this device is due; while it is busy, of another of its kind that is free here, or of any that is.
  void call(std::size_t number, base::instant when) {
    if (auto* d = some_free(number)) return d->call(when);
    ++turned_away_;
    records_.take({kind_named("connect"), when, when, base::instant::max(), records_.to(), outcome::late});
  }

  device* some_free(std::size_t number) {
    auto const at = std::ranges::lower_bound(numbers_, number);
    if (at == numbers_.end() || *at != number) return nullptr;
    auto& asked = *devices_[std::size_t(at - numbers_.begin())];
    auto& alike = free_[&asked.kind()];
    if (alike.take(asked)) return &asked;
    auto const some = alike.empty() ? std::ranges::find_if(free_, [](auto const& f) { return !f.second.empty(); })
                                    : free_.find(&asked.kind());
    if (some == free_.end()) return nullptr;
    auto& other = some->second.at(context_.random.below(some->second.size()));
    some->second.take(other);
    return &other;
  }

  void finished(device& d) override { free_[&d.kind()].add(d); }

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

  // --- sessions ------------------------------------------------------------------------------------------------------

  history::session_id take_id(client& c) override { return clients_.add(c); }
  void give_back(history::session_id id, client& c) override { clients_.remove(id, c); }

  void see(model::item const& i) override {
    if (auto* c = clients_.find(i.session)) c->see(i);
  }

  // --- every tenth of a second ---------------------------------------------------------------------------------------

  void tick() {
    auto const now = loop_.now();
    auto const late = now - tick_at_;
    look_ = true;
    records_.now().stall_max =
        std::max(records_.now().stall_max, std::uint64_t(std::max<base::duration>(0ns, late).count()));
    clients_.let_go_of_ended();
    if (++ticks_ % 5 == 0) {
      clients_.sweep(now, false);
      mail_.sweep(now, false);
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
  population const& all_;
  unsigned share_;
  base::instant began_;
  interval_sink& intervals_;
  net::loop loop_;
  scenario::server_power power_;
  std::shared_ptr<void> simulated_server_;
  recorder records_;
  check::judge judge_;
  session_events events_;
  context context_;
  delivery_queue mail_;
  std::map<device_kind const*, std::pair<session::access, session::access>> access_;
  session::access plain_;
  std::size_t source_ = 0;
  std::vector<std::unique_ptr<user>> users_;  ///< by number; null: another worker's or shard's
  client_table clients_;
  std::vector<std::unique_ptr<device>> devices_;
  std::vector<std::size_t> numbers_;  ///< of the devices, among all
  std::map<device_kind const*, free_devices<device>> free_;
  std::priority_queue<due> queue_;
  arrivals calls_;     ///< counted from the measured time on
  arrivals new_mail_;  ///< counted from the beginning
  net::timer queue_timer_, tick_timer_;
  base::instant armed_ = base::instant::max(), tick_at_{};
  std::int64_t second_ = 0;
  std::uint64_t turned_away_ = 0, ticks_ = 0;
  offered asked_;
  bool over_ = false;
  bool look_ = false;  ///< a tenth of a second has passed: whether anything is under way may be looked at again
};

}  // namespace

worker_result run_worker(plan const& p, population const& all, unsigned share, net::tls_context const& trust,
                         base::instant began, interval_sink& intervals, std::atomic<bool> const& interrupted) {
  return worker(p, all, share, trust, began, intervals).run(interrupted);
}

}  // namespace mailrig::load
