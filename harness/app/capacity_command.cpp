// capacity_command: `mailrig capacity`: how many users, or sessions a second, a server holds at its SLOs.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <thread>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/exit_code.hpp"
#include "app/load_setup.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "app/shard_run.hpp"
#include "load/capacity.hpp"
#include "load/span.hpp"
#include "report/capacity_report.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app::capacity_command {
namespace {

struct capacity_options {
  load_options load;
  std::string by = "users", soak = "60s";
  double least = 10, most = 2000, tolerance = 5;  ///< tolerance: per cent
  unsigned repeats = 3;
};

/// One line for a trial, as it goes.
void tell(load::trial const& t, bool by_rate) {
  std::string missed;
  for (auto const& s : t.slos)
    if (s.missed()) missed += fmt::format("; {} was {}", s.text, s.came);
  constexpr std::string_view words[] = {"met", "MISSED", "invalid"};
  std::cerr << fmt::format("\r\033[K{:>8.{}f} {}  {:8} {:>9.1f} operations/s  p99 {:>8}{}{}\n", t.load, by_rate ? 1 : 0,
                           t.soak ? "soak " : "trial", words[std::size_t(t.came)], t.rate,
                           load::written(base::duration(std::int64_t(t.p99))), missed,
                           t.came == load::trial_verdict::invalid && !t.reasons.empty() ? "; " + t.reasons[0] : "");
}

/// What a trial plays: the plan at this load. The fault says why it cannot.
struct trial_plan {
  load_setup& s;
  capacity_options const& o;
  bool by_rate;
  base::duration length, soak;
  std::size_t prepared = 0;

  base::result<load::load_record> play(double load, bool as_soak, std::atomic<bool> const& interrupted);
};

base::result<load::load_record> trial_plan::play(double load, bool as_soak, std::atomic<bool> const& interrupted) {
  auto const users = by_rate ? s.plan.users : std::size_t(load);
  if (auto const ready = s.prepare(prepared, users, interrupted); !ready) return ready.error();
  prepared = std::max(prepared, users);
  s.plan.users = users;
  auto const here = std::max<std::size_t>(1, users / s.plan.ours.of);
  s.plan.threads =
      unsigned(std::min<std::size_t>(o.load.threads > 0 ? o.load.threads : std::thread::hardware_concurrency(), here));
  s.plan.duration = as_soak ? soak : length;
  if (by_rate) s.plan.sessions = {{load, load, s.plan.duration}};
  if (auto const lacks = load::lacks_descriptors(s.plan, 1); !lacks.empty())
    return base::fault{0, "descriptors", lacks};
  return load::execute(s.plan, s.run, interrupted);
}

/// A shard that is not the first plays what that one says, until it says that it is over.
int follow_trials(trial_plan& trials, shard_run& shards, std::atomic<bool> const& interrupted) {
  for (;;) {
    auto const order = shards.next();
    if (!order) complain(order.error());
    if (!order || !*order) break;  // however it ended, the first says what that comes to
    auto const load = (*order)->value("load", 0.0);
    if (!(load >= 1e-3 && load <= 1e6)) return complain("the first shard told no load", invalid_measurement);
    shards.join(trials.s.run, nullptr);
    auto r = trials.play(load, (*order)->value("soak", false), interrupted);
    if (!r) {
      shards.abort(r.error().text);
      return complain(r.error(), invalid_measurement);
    }
    (void)shards.result(*r);
  }
  trials.s.plan.users = std::max<std::size_t>(1, trials.prepared);
  trials.s.clean_up();
  auto const code = shards.verdict();
  return code ? *code : complain(code.error(), invalid_measurement);
}

/// A trial of this process alone, or of all shards together, of which it is the first.
base::result<load::load_record> lead_trial(
    trial_plan& trials, shard_run* shards, double load, bool as_soak,
    std::function<void(load::series_row const&, load::load_record const&)> const& show,
    std::atomic<bool> const& interrupted) {
  if (!shards) return trials.play(load, as_soak, interrupted);
  shards->announce({{"load", load}, {"soak", as_soak}});
  shards->join(trials.s.run, show);
  auto r = trials.play(load, as_soak, interrupted);
  if (!r) {
    shards->abort(r.error().text);
    return r;
  }
  auto sum = shards->result(*r);
  if (!sum) return sum.error();
  return std::move(**sum);
}

/// Of a search that came to its end.
int code_of(load::capacity_result const& found) {
  return found.holds > 0 ? clean : found.breaks > 0 ? slo_missed : invalid_measurement;
}

int run_capacity(capacity_options const& o) {
  bool const by_rate = o.by == "rate";
  auto base_options = o.load;
  auto const soak = base::read_duration(o.soak);
  if (!soak) return complain(fmt::format("--soak takes a time, e.g. 60s, not '{}'", o.soak));
  if (o.most < o.least) return complain("--most is below --least");
  run_timeout const clock(o.load.timeout);
  auto const& interrupted = clock.interrupted();
  // Accounts for the largest trial; a rate needs users to be spread over.
  base_options.users = by_rate ? o.load.users : std::size_t(o.most);
  auto const place = shard_of(o.load);
  if (!place) return complain(place.error().text);
  if (!place->alone() && !meets(o.load, *place))
    return complain(
        "--shard: shards of a search for capacity need a --rendezvous: the first decides each trial's load");
  auto const named = shared_reports(o.load, *place);
  auto const outputs = read_outputs<report::capacity_format>(place->alone() ? named.own : named.sum);
  if (!outputs) return complain(outputs.error().text);
  auto setup = load_setup::make(base_options);
  if (!setup) return complain(setup.error().text);
  auto& s = **setup;
  bool const shown = isatty(STDERR_FILENO) != 0;
  trial_plan trials{s, o, by_rate, s.plan.duration, *soak};
  std::string trouble;
  s.run.begin = [&](load::load_record& r) { r.plan = s.digest; };
  tell_place(*place);
  auto met =
      place->alone() ? base::result<std::unique_ptr<shard_run>>(nullptr) : shard_run::meet(o.load, s, interrupted);
  if (!met) return complain(met.error(), interrupted ? inconclusive : invalid_measurement);
  auto const shards = std::move(*met);
  if (shards && !shards->leads()) return follow_trials(trials, *shards, interrupted);
  auto make = [&](double load, bool as_soak) {
    load::trial failed;
    failed.load = load;
    failed.soak = as_soak;
    load_view view(o.load);
    auto const show = [&](load::series_row const& row, load::load_record const& so_far) { view.show(row, so_far); };
    s.run.listener = show;
    auto r = lead_trial(trials, shards.get(), load, as_soak, show, interrupted);
    view.end();
    if (!r) {
      failed.reasons.push_back(trouble = r.error().text);
      return failed;
    }
    auto t = load::trial_of(*r, load, as_soak);
    if (shown) tell(t, by_rate);
    return t;
  };
  auto const started = scenario::utc_now();
  load::capacity_options search;
  search.least = o.least, search.most = o.most;
  search.tolerance = o.tolerance / 100;
  search.repeats = o.repeats, search.whole = !by_rate;
  auto const result = load::search_capacity(search, make, interrupted);
  s.plan.users = std::max<std::size_t>(1, trials.prepared);
  s.clean_up();
  report::capacity_context const c{
      result,          s.who.name,     s.who.title, s.where.name,
      s.where.version, o.load.command, started,     by_rate ? "sessions a second" : "users"};
  bool const lost = interrupted && shards && shards->lacks() && !o.load.tolerate_lost;
  int const code = lost ? invalid_measurement : interrupted ? inconclusive : code_of(result);
  if (shards) shards->finish(code);
  auto const reports = write(*outputs, c);
  if (!reports.to_stdout) write_text<report::capacity_format>(c);
  if (!trouble.empty()) std::cerr << "mailrig: " << trouble << '\n';
  return reports.all ? code : undelivered(code);
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<capacity_options>();
  o->load.duration = "20s";
  o->load.ramp = "5s";
  add_load_options(c, o->load);
  add_shard_options(c, o->load);
  c.add_option("--by", o->by, "what grows: users, or the rate of sessions").one_of({"users", "rate"}).shows_default();
  c.add_option("--least", o->least, "where to begin").number(0.01, 1e6).shows_default();
  c.add_option("--most", o->most, "where to stop").number(0.01, 1e6).shows_default();
  c.add_option("--users", o->load.users, "with --by rate: accounts that sessions are spread over");
  c.add_option("--tolerance", o->tolerance, "per cent between the bracket's ends").number(0.5, 100).shows_default();
  c.add_option("--repeats", o->repeats, "trials of a load at most; two that agree settle it")
      .within(1, 9)
      .shows_default();
  c.add_option("--soak", o->soak, "how long what was found must hold").shows_default();
  c.footer(R"(Examples:
  mailrig capacity office --target dovecot --slo 'p99(fetch.header) < 300ms' --slo 'errors < 0.1%' --most 500
  mailrig capacity webmail --target staging.toml --by rate --users 200 --least 5 --most 500 --report html:capacity.html

Exit codes: 0 a capacity was found, 3 interrupted, or a report could not be written, 4 usage, 5 nothing valid, 6 even the least misses its SLOs.)");
  acts(c, to, o, [&to](capacity_options& o) {
    o.load.command = to.line;
    return run_capacity(o);
  });
}

command const this_command{"capacity", 50, "Searches how much load a server takes while it keeps its SLOs", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::capacity_command
