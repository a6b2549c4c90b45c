// behaviour: see behaviour.hpp.
#include "load/behaviour.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "base/text.hpp"
#include "load/assembly.hpp"
#include "load/recorder.hpp"
#include "scenario/runner.hpp"
#include "scenario/suite.hpp"

namespace mailrig::load {
namespace {

using namespace std::chrono_literals;

std::string command_kind(wire::imap::command const& c) {
  if (c.name != "FETCH") return base::to_lower(c.name);
  auto const what = base::to_upper(c.arg(1));
  if (what.find("BODY[]") != what.npos || what.find("BODY.PEEK[]") != what.npos || what.find("RFC822)") != what.npos ||
      what == "RFC822")
    return "fetch.body";
  if (what.find("HEADER") != what.npos || what.find("ENVELOPE") != what.npos) return "fetch.header";
  return what.find("BODY[") != what.npos || what.find("BODY.PEEK[") != what.npos ? "fetch.part" : "fetch.flags";
}

/// Measures a play: its commands, and when it began and ended. What prepares the account before it and empties it
/// afterwards is no part of it, nor is the session that does so, number 0.
class stopwatch final : public history::event_sink, public model::item_sink {
 public:
  /// `user`: whose account it is.
  stopwatch(std::string user, std::function<void(operation const&)> record)
      : user_(std::move(user)), record_(std::move(record)), models_({}, nullptr) {
    models_.observe(this);
  }
  void take(history::event const& e) override { models_.take(e); }
  void playing(bool now) {
    running_ = now;
    (now ? began_ : ended_) = base::now();
  }
  /// Nothing where it did not come to the play.
  std::optional<base::instant> began() const { return began_; }
  std::optional<base::instant> ended() const { return ended_; }
  /// The last time that the server declined by policy, in the preparation too; null: it did not.
  refusal const* refused() const { return refused_ ? &*refused_ : nullptr; }

 private:
  void see(model::item const& i) override {
    if (auto said = refusal_of(i, user_); said && is_policy(said->kind)) refused_ = std::move(said);
    if (i.session == 0 || !running_) return;
    auto const now = base::now();
    if (i.kind == model::item_kind::command) sent_[{i.session, i.command->serial}] = now;
    if (i.kind == model::item_kind::pop3_command) pop3_.emplace_back(now);
    if (i.kind == model::item_kind::response && i.command && i.response->kind == wire::imap::response_kind::tagged)
      if (auto const at = sent_.find({i.session, i.command->serial}); at != sent_.end()) {
        record_({kind_named(command_kind(i.command->sent)), at->second, at->second, at->second, now, outcome::done});
        sent_.erase(at);
      }
    if (i.kind == model::item_kind::reply && i.pop3_command_ && !pop3_.empty()) {
      record_({kind_named(base::to_lower(i.pop3_command_->keyword)), pop3_.front(), pop3_.front(), pop3_.front(), now,
               outcome::done});
      pop3_.erase(pop3_.begin());
    }
  }
  std::string user_;
  std::function<void(operation const&)> record_;
  check::judge models_;
  bool running_ = false;
  std::optional<base::instant> began_, ended_;
  std::optional<refusal> refused_;
  std::map<std::pair<history::session_id, std::uint32_t>, base::instant> sent_;
  std::vector<base::instant> pop3_;
};

class scenario_workers {
 public:
  scenario_workers(plan const& p, scenario::script const& s, scenario::mailroom const& mail, bool may_empty,
                   assembly& all, net::tls_context const& trust, scenario::offer offered,
                   std::atomic<bool> const& interrupted)
      : plan_(p),
        script_(s),
        mail_(mail),
        may_empty_(may_empty),
        all_(all),
        trust_(trust),
        offered_(std::move(offered)),
        interrupted_(interrupted) {
    records_.measure(all.began(), all.began() + p.ramp, all.began() + p.ramp + p.duration);
    if (!p.times.empty())
      due_ = timetable(p.times);
    else if (p.concurrency == 0)
      due_ = timetable(p.sessions, p.arrivals, p.seed);
  }

  std::vector<worker_result> run() {
    auto const workers = how_many();
    std::vector<std::thread> threads;
    auto const& s = plan_.ours;
    for (std::size_t i = 0; i < workers; ++i) threads.emplace_back([this, i, &s] { work(i * s.of + s.number - 1); });
    std::thread ticker([this] { tick(); });
    for (auto& t : threads) t.join();
    over_ = true;
    ticker.join();
    std::vector<worker_result> out(1);
    out[0].figures.merge(records_.figures());
    out[0].findings = std::move(findings_);
    out[0].segments = segments_;
    out[0].asked = asked_;
    return out;
  }

 private:
  /// As many as there are accounts, within reason: each has one for itself.
  std::size_t how_many() const {
    auto const& s = plan_.ours;
    auto const part = [&s](std::size_t all) { return (all + s.of - s.number) / s.of; };
    return std::min<std::size_t>(plan_.concurrency > 0 ? part(plan_.concurrency) : 64, part(plan_.users));
  }

  std::optional<base::instant> next(base::instant free) {
    std::lock_guard const lock(mutex_);
    if (plan_.concurrency > 0) return free < records_.to() ? std::optional(std::max(free, all_.began())) : std::nullopt;
    // One after the other falls to one shard after the other.
    for (auto at = due_.next(); at; at = due_.next()) {
      auto const number = drawn_++;
      if (number % plan_.ours.of != plan_.ours.number - 1) continue;
      asked_.take(offered::kind::session, number, *at);
      return records_.from() + *at;
    }
    return std::nullopt;
  }

  void work(std::size_t account) {
    net::loop l;
    scenario::runner_options o;
    o.requirements = plan_.requirements;
    if (plan_.judge) o.checkers = base::registry<check::checker_kind>::all();
    o.may_empty = plan_.where->ours || may_empty_;
    o.limits = plan_.limits;
    base::result<net::tls_context> const trust = trust_;
    o.trust = &trust;
    o.box = fmt::format("{}mailrig-load{}", scenario::prefix_for(*plan_.where, offered_), account);
    o.delimiter = offered_.delimiter;
    auto free = base::now();
    for (std::size_t n = 0; !interrupted_; ++n) {
      auto const due = next(free);
      if (!due) break;
      l.run_until([&] { return interrupted_.load(); }, *due);
      if (interrupted_) break;
      stopwatch one(plan_.where->accounts[account].user, [this](operation const& op) { record(op); });
      o.listener = &one;
      o.playing = [&one](bool now) { one.playing(now); };
      o.seed = plan_.seed + n * 1000 + account;
      auto const sent = base::now();
      auto r = played(l, account, o);
      auto const done = base::now();
      take(std::move(r),
           {kind_named("act.scenario"), *due, std::clamp(free, *due, sent), sent, done_without_upkeep(one, sent, done),
            outcome::done},
           one.refused());
      free = done;
    }
    auto const segments = net::segments_sent(l);
    std::lock_guard const lock(mutex_);
    segments_.merge(segments);
  }

  /// When it would have been done, had the account been ready when it was due: the preparation is taken out of it, and
  /// what was done after the play was no part of it.
  static base::instant done_without_upkeep(stopwatch const& one, base::instant sent, base::instant done) {
    if (!one.began()) return done;
    return one.ended().value_or(done) - (*one.began() - sent);
  }

  history::scenario_result played(net::loop& l, std::size_t account, scenario::runner_options const& o) {
    try {
      return scenario::run(l, *plan_.where, plan_.where->accounts[account], script_, mail_, o);
    } catch (std::exception const& e) {
      history::scenario_result r;
      r.outcome = history::verdict::error;
      r.reason = fmt::format("the rig failed: {}", e.what());
      return r;
    }
  }

  void record(operation const& op) {
    std::lock_guard const lock(mutex_);
    records_.take(op);
  }

  /// `by`: how the server declined, if it did.
  void take(history::scenario_result r, operation op, refusal const* by) {
    bool const failed = r.outcome >= history::verdict::unknown;  // what could not be played was not done
    op.came = failed ? outcome::failed : outcome::done;
    std::lock_guard const lock(mutex_);
    records_.take(op, r.reason.empty() ? "the scenario fails" : r.reason, failed ? by : nullptr);
    if (r.outcome == history::verdict::error && !by) records_.broke(op.done);
    for (auto& f : r.findings) add_finding(findings_, std::move(f), plan_.limits.findings);
  }

  void tick() {
    std::int64_t second = 0;
    while (!over_) {
      std::this_thread::sleep_for(20ms);
      for (; (base::now() - all_.began()) / 1s > second; ++second) hand_in(second);
    }
    hand_in(second);
  }

  void hand_in(std::int64_t second) {
    interval p;
    {
      std::lock_guard const lock(mutex_);
      records_.now().findings = findings_.size();
      p = records_.hand_over(second);
    }
    all_.intervals().take(std::move(p));
  }

  plan const& plan_;
  scenario::script const& script_;
  scenario::mailroom const& mail_;
  bool may_empty_;
  assembly& all_;
  net::tls_context trust_;
  scenario::offer offered_;
  std::atomic<bool> const& interrupted_;
  std::atomic<bool> over_{false};
  std::mutex mutex_;  ///< of what follows
  recorder records_;
  timetable due_;
  std::uint64_t drawn_ = 0;  ///< of it, by all shards
  offered asked_;
  std::vector<history::finding> findings_;
  net::segment_counts segments_;
};

}  // namespace

base::result<load_record> execute_scenario(plan const& p, scenario::script const& s, scenario::mailroom const& mail,
                                           run_options const& o, bool may_empty, std::atomic<bool> const& interrupted) {
  auto const trust = net::tls_context::client(p.where->tls);
  if (!trust) return trust.error();
  net::loop l;
  auto offered = scenario::probe(l, *p.where, trust);
  if (!offered)
    return base::fault{0, p.where->name, fmt::format("the target does not let us in: {}", offered.error().text)};
  if (auto const why = scenario::missing(s, *p.where, *offered); !why.empty())
    return base::fault{0, s.id, fmt::format("{} cannot be played there: {}", s.id, why)};
  auto const agreed = agreed_beginning(o, 50ms);
  if (!agreed) return agreed.error();
  assembly all(p, o, 1, *agreed);
  scenario_workers workers(p, s, mail, may_empty, all, *trust, *offered, interrupted);
  return all.finish(workers.run(), interrupted);
}

}  // namespace mailrig::load
