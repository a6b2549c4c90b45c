// campaign: see campaign.hpp.
#include "stress/campaign.hpp"

#include <fmt/format.h>

#include <mutex>
#include <set>
#include <thread>

#include "base/file.hpp"
#include "base/run_end.hpp"
#include "base/shell_word.hpp"
#include "history/foremost.hpp"

namespace mailrig::stress {

using history::verdict;

namespace {

constexpr std::size_t most_turned_away = 10;  ///< episodes, one after another, that could not be played to their end

class campaign {
 public:
  campaign(arena const& a, workload const& w, campaign_options const& o,
           std::function<void(campaign_progress const&)> const& progress, std::atomic<bool> const& interrupted)
      : arena_(a), workload_(w), options_(o), progress_(progress), interrupted_(interrupted) {}

  history::run_record run() {
    record_.target = arena_.where.name;
    record_.target_version = arena_.where.version;
    record_.seed = options_.seed;
    record_.started = scenario::utc_now();
    auto const began = base::now();
    if (options_.duration.count() > 0) until_ = began + options_.duration;
    // What is simulated shares one thread, so that the order of its users is always the same, and the time.
    if (arena_.where.simulate) {
      for (std::size_t u = 0; u < options_.users; ++u) {
        if (until_.count() > 0) until_ = began + options_.duration * std::int64_t(u + 1) / std::int64_t(options_.users);
        user(u);
      }
    } else {
      std::vector<std::thread> threads;
      for (std::size_t u = 0; u < options_.users; ++u) threads.emplace_back([this, u] { user(u); });
      for (auto& t : threads) t.join();
    }
    summary();
    record_.took = base::now() - began;
    return std::move(record_);
  }

 private:
  std::string id() const { return "stress/" + workload_.name; }

  bool over(std::size_t mine) const {
    if (interrupted_ || stop_) return true;
    if (options_.operations > 0 && mine * options_.users >= options_.operations) return true;
    return is_late() || (until_.count() == 0 && options_.operations == 0);
  }
  bool is_late() const { return until_.count() > 0 && base::now() >= until_; }

  static std::uint64_t seed_of(std::uint64_t run, std::size_t user, std::size_t number) {
    base::rng mix(run * 1000003 + user);
    for (int i = 0; i < 2; ++i) mix.next();
    return (mix.next() ^ number * 0x9E3779B97F4A7C15ULL) >> 16;
  }

  void user(std::size_t u) {
    bool seen_empty = false;
    std::size_t mine = 0, turned_away = 0;
    for (std::size_t n = 0; !over(mine); ++n) {
      auto const seed = n == 0 && u == 0 ? options_.seed : seed_of(options_.seed, u, n);
      episode e(workload_, {seed, options_.devices, options_.rounds, bool(arena_.where.simulate)});
      arena::part p;
      p.account = u;
      p.seed = seed;
      p.may_empty = options_.allow_destructive || seen_empty;
      p.go_on = [&](scenario::stage& s) {
        // A simulated server's clock says nothing of ours.
        if (is_late()) e.finish();
        return e.next(s);
      };
      if (!options_.trace.empty())
        p.trace = options_.trace / fmt::format("{}-{}-{:05}.jsonl", file_name(workload_.name),
                                               file_name(arena_.where.accounts[u].user), n);
      p.trace_budget = options_.trace_budget;
      bool refused = false;
      p.refused = &refused;
      if (!arena_.where.simulate) p.until = until_;
      base::duration still{};
      bool cut = false;
      p.stood_still = &still;
      p.cut_short = &cut;
      auto r = played(e, p);
      p.refused = p.cut_short = nullptr;
      p.stood_still = nullptr;
      if (cut && r.findings.empty() && over(mine + 1)) return left_off(e, r);
      mine += std::max<std::size_t>(1, e.commands());
      seen_empty = seen_empty || !unwell(r);
      // A NO, or a BYE that nobody asked for, is the server's good right: the next episode may come further.
      bool const late = r.outcome == verdict::error && still.count() > 0;
      turned_away = unwell(r) && (refused || late) && r.findings.empty() ? turned_away + 1 : 0;
      if (turned_away > 0 && turned_away < most_turned_away) continue;
      settle(u, seed, e, p, std::move(r));
    }
  }

  /// What goes wrong with an episode is told of that episode.
  history::scenario_result played(episode& e, arena::part const& p) {
    try {
      return arena_.play(e.opening(), p);
    } catch (std::exception const& x) {
      history::scenario_result r;
      r.outcome = verdict::error;
      r.reason = fmt::format("the rig failed: {}", x.what());
      return r;
    }
  }

  /// The run's time was over in the middle of an episode.
  void left_off(episode const& e, history::scenario_result const& r) {
    std::lock_guard const lock(mutex_);
    ++so_far_.left_off;
    so_far_.commands += e.commands();
    took_ += r.took;
  }

  /// It could not be played to its end; that the server declined something is no such thing.
  static bool unwell(history::scenario_result const& r) { return !r.reason.empty() && r.outcome != verdict::skip; }

  void settle(std::size_t u, std::uint64_t seed, episode const& e, arena::part p, history::scenario_result r) {
    {
      std::lock_guard const lock(mutex_);
      ++so_far_.episodes;
      so_far_.commands += e.commands();
      took_ += r.took;
      for (auto const& [trait, label] : r.traits) traits_.emplace(trait, label);
      tell();
    }
    if (r.outcome == verdict::pass) return;
    r.id = id();
    r.title = fmt::format("{} (account {}, seed {})", workload_.title, arena_.where.accounts[u].user, seed);
    r.rerun = fmt::format("{} --seed {}", options_.command, seed);
    auto const* found = history::foremost(r.findings);
    bool fresh = false;
    if (found) {
      std::lock_guard const lock(mutex_);
      fresh = known_.insert(identity(*found)).second;
    }
    if (r.outcome >= verdict::fail && !options_.keep_going) stop_ = true;
    // The rig or the target is not well: more of it helps nobody.
    if (unwell(r)) stop_ = true;
    if (!fresh && !unwell(r)) return;
    if (found && options_.shrink) smaller(seed, e, std::move(p), r);
    std::lock_guard const lock(mutex_);
    so_far_.violations += r.outcome == verdict::fail;
    record_.results.push_back(std::move(r));
    tell();
  }

  void smaller(std::uint64_t seed, episode const& e, arena::part p, history::scenario_result& r) {
    auto const wanted = identity(*history::foremost(r.findings));
    shrink_options o;
    p.go_on = nullptr;
    p.trace.clear();
    p.may_empty = true;
    o.part = std::move(p);
    o.interrupted = &interrupted_;
    if (until_.count() > 0) o.most_time = time_to_shrink(o.most_time);
    o.tries = options_.tries ? options_.tries : arena_.where.simulate ? 1 : 3;
    o.progress = [&](std::size_t plays, std::size_t left) {
      std::lock_guard const lock(mutex_);
      so_far_.doing = fmt::format("shrinking {}: {} steps left after {} plays", wanted, left, plays);
      tell();
    };
    o.fresh = options_.fresh;
    auto const small = shrink(arena_, e.written(), wanted, o);
    std::lock_guard const lock(mutex_);
    so_far_.doing.clear();
    if (!small) {
      r.notes.push_back(fmt::format("played again, the same conversation did not show {}: not made smaller", wanted));
      return;
    }
    auto const file = options_.out / fmt::format("{}-{}.scn", file_name(workload_.name), file_name(wanted));
    auto const written = base::write_file(
        file, shrunk_text(*small, wanted, arena_.where.name,
                          fmt::format("mailrig check {} {}", base::shell_word(file.string()), options_.where),
                          {fmt::format("Found by mailrig stress {} with seed {}, and made smaller in {} plays.",
                                       workload_.name, seed, small->plays)}));
    r.notes.push_back(written
                          ? fmt::format("{} steps made {}: {}, which shows it in {} of {} plays{}",
                                        e.written().operations.size(), small->script.operations.size(), file.string(),
                                        small->shown, small->asked, small->fresh ? "" : " after others only")
                          : written.error().text);
    if (small->shown == 0) return;
    r.sessions = small->result.sessions;
    r.findings = small->result.findings;
    r.transcript = small->result.transcript;
  }

  /// Of a run with an end: half of it at most, and what is left of it; it takes a few seconds in any case.
  std::chrono::seconds time_to_shrink(std::chrono::seconds most) const {
    constexpr std::chrono::seconds least{5};
    auto const left = std::min(options_.duration / 2, until_ - base::now());
    return std::clamp(std::chrono::duration_cast<std::chrono::seconds>(left), least, most);
  }

  static std::string file_name(std::string_view wanted) {
    std::string out;
    for (char c : wanted.substr(0, 60))
      out += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ? c : '-';
    return out;
  }

  void summary() {
    history::scenario_result r;
    r.id = id();
    r.title = fmt::format("{}: {} commands in {} episodes of {} users", workload_.title, so_far_.commands,
                          so_far_.episodes, options_.users);
    r.proves = workload_.proves;
    r.took = took_;
    r.traits = traits_;
    // A judgement that was never interrupted by the clock is what a pass is made of.
    r.outcome = so_far_.episodes > 0 ? verdict::pass : so_far_.left_off > 0 ? verdict::unknown : verdict::skip;
    if (so_far_.episodes == 0)
      r.reason =
          so_far_.left_off > 0 ? "the time was over before an episode was played to its end" : "no episode was played";
    if (interrupted_ && r.outcome == verdict::pass) r.outcome = verdict::unknown, r.reason = base::end_words();
    if (record_.results.empty()) record_.results.push_back(std::move(r));
  }

  void tell() {
    if (progress_) progress_(so_far_);
  }

  arena const& arena_;
  workload const& workload_;
  campaign_options const& options_;
  std::function<void(campaign_progress const&)> const& progress_;
  std::atomic<bool> const& interrupted_;
  std::atomic<bool> stop_{false};
  base::instant until_{};
  std::mutex mutex_;
  campaign_progress so_far_;
  std::set<std::string> known_;
  std::map<std::string, std::string> traits_;
  base::duration took_{};
  history::run_record record_;
};

}  // namespace

history::run_record run_campaign(arena const& a, workload const& w, campaign_options const& o,
                                 std::function<void(campaign_progress const&)> const& progress,
                                 std::atomic<bool> const& interrupted) {
  return campaign(a, w, o, progress, interrupted).run();
}

}  // namespace mailrig::stress
