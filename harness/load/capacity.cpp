// capacity: see capacity.hpp.
#include "load/capacity.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>

namespace mailrig::load {
namespace {

class capacity_search {
 public:
  capacity_search(capacity_options const& o, make_trial const& make, std::atomic<bool> const& interrupted)
      : options_(o), make_(make), interrupted_(interrupted) {}

  capacity_result run() {
    bracket();
    bisect();
    soak();
    out_.interrupted = interrupted_;
    first_broken();
    std::vector<std::pair<double, double>> points;
    for (auto const& t : out_.trials)
      if (t.came != trial_verdict::invalid && !t.soak) points.emplace_back(t.load, t.rate);
    out_.curve = fit_usl(points);
    return std::move(out_);
  }

 private:
  double whole(double load) const { return options_.whole ? std::max(1.0, std::round(load)) : load; }

  trial_verdict once(double load, bool soak) {
    out_.trials.push_back(make_(load, soak));
    return out_.trials.back().came;
  }

  /// Two trials that agree; an invalid one is made again and bounds nothing.
  trial_verdict settle(double load) {
    unsigned met = 0, missed = 0, invalid = 0;
    while (!interrupted_ && met + missed < options_.repeats && invalid < 2) {
      auto const v = once(load, false);
      ++(v == trial_verdict::met ? met : v == trial_verdict::missed ? missed : invalid);
      if (met == 2 || options_.repeats == 1 || missed == 2) break;
    }
    if (met + missed == 0 || interrupted_) return trial_verdict::invalid;
    return met > missed ? trial_verdict::met : trial_verdict::missed;
  }

  void bracket() {
    for (double load = whole(options_.least); !interrupted_; load = std::min(options_.most, whole(load * 2))) {
      // On the way up one good trial is enough: what is above bears it out. A miss is looked at again.
      auto v = once(load, false);
      if (v != trial_verdict::met && !interrupted_) v = settle(load);
      if (v == trial_verdict::met) {
        out_.holds = load;
        if (load >= options_.most) {
          out_.limit = "the most that was to be tried is held";
          return;
        }
      } else if (v == trial_verdict::missed) {
        out_.breaks = load;
        return;
      } else {
        out_.limit = "above it no valid measurement could be made";
        return;
      }
    }
  }

  void bisect() {
    while (!interrupted_ && out_.holds > 0 && out_.breaks > 0 && out_.breaks / out_.holds > 1 + options_.tolerance) {
      auto const middle = whole(std::sqrt(out_.holds * out_.breaks));
      if (middle <= out_.holds || middle >= out_.breaks) return;
      auto const v = settle(middle);
      if (v == trial_verdict::invalid) {
        out_.limit = "within the bracket no valid measurement could be made";
        return;
      }
      (v == trial_verdict::met ? out_.holds : out_.breaks) = middle;
    }
  }

  /// What holds for a moment may not hold for long: then a twentieth less is tried.
  void soak() {
    for (int i = 0; i < 6 && !interrupted_ && out_.holds > 0; ++i) {
      auto v = once(out_.holds, true);
      if (v == trial_verdict::invalid && !interrupted_) v = once(out_.holds, true);
      if (v == trial_verdict::met) return;
      if (v == trial_verdict::invalid) {
        out_.limit = "the soak was no valid measurement, so that short trials alone bear it out";
        return;
      }
      out_.breaks = out_.holds;
      auto const less = whole(out_.holds * 0.95);
      out_.holds = less < out_.holds && less > 0 ? less : 0;
    }
    if (!interrupted_ && out_.holds > 0) {
      out_.limit = "it did not last through a soak";
      out_.holds = 0;
    }
  }

  void first_broken() {
    std::map<std::string, int> missed;
    for (auto const& t : out_.trials)
      if (t.load == out_.breaks && t.came == trial_verdict::missed)
        for (auto const& s : t.slos) missed[s.text] += s.missed();
    auto const most = std::ranges::max_element(missed, {}, [](auto const& m) { return m.second; });
    if (most != missed.end() && most->second > 0) out_.first_broken = most->first;
  }

  capacity_options const& options_;
  make_trial const& make_;
  std::atomic<bool> const& interrupted_;
  capacity_result out_;
};

}  // namespace

capacity_result search_capacity(capacity_options const& o, make_trial const& make,
                                std::atomic<bool> const& interrupted) {
  return capacity_search(o, make, interrupted).run();
}

trial trial_of(load_record const& r, double load, bool soak) {
  trial t;
  t.load = load;
  t.soak = soak;
  t.rate = r.rate();
  auto const all = r.figures.together();
  t.p50 = all.response.quantile(0.5);
  t.p95 = all.response.quantile(0.95);
  t.p99 = all.response.quantile(0.99);
  t.errors = all.all() > 0 ? double(all.failed + all.late) / double(all.all()) : 0;
  t.server_cpu = r.server_cpu;
  t.server_memory = r.server_memory;
  t.slos = r.slos;
  t.reasons = r.rig.reasons;
  // What happens now and then may not happen in a short trial; where nothing was decided, nothing was shown.
  bool const decided = r.slos.empty() || std::ranges::any_of(r.slos, &slo_verdict::decided);
  if (!decided) t.reasons.push_back("no service level was decided: " + r.slos.front().came);
  t.came = r.rig.grade == validity::invalid || r.interrupted || !decided ? trial_verdict::invalid
           : r.slos_missed()                                             ? trial_verdict::missed
                                                                         : trial_verdict::met;
  return t;
}

}  // namespace mailrig::load
