// stress_command: `mailrig stress`: random workloads of several devices on one account.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/fresh_server.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "app/target_choice.hpp"
#include "base/file.hpp"
#include "base/run_end.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "report/baseline.hpp"
#include "report/wording.hpp"
#include "scenario/claims.hpp"
#include "stress/campaign.hpp"

namespace mailrig::app::stress_command {
namespace {

struct stress_options {
  std::vector<std::string> workloads, latitudes;
  std::string target, defect, level = "may", baseline, trace, out = ".";
  std::vector<std::string> reports;
  std::size_t devices = 0, users = 1, operations = 0, rounds = 0, tries = 0;
  std::string duration, timeout;
  std::uint64_t seed = 1, trace_limit = usual_trace_limit;
  bool keep_going = false, allow_destructive = false, no_shrink = false, sockets = false, spread = false;
  std::string command;  ///< as typed, for the report
};

base::result<std::vector<stress::workload>> choose(std::vector<std::string> const& wanted,
                                                   history::catalogue const& requirements) {
  auto all = data().workloads(requirements);
  if (!all) return all;
  if (wanted.empty()) return all;
  std::vector<stress::workload> out;
  std::string names;
  for (auto const& w : *all) names += (names.empty() ? "" : ", ") + w.name;
  for (auto const& name : wanted) {
    auto const known = std::ranges::find(*all, name, &stress::workload::name);
    if (known != all->end()) {
      out.push_back(*known);
      continue;
    }
    if (!name.ends_with(".toml"))
      return base::fault{0, "workload", fmt::format("'{}' is neither a .toml file nor one of: {}", name, names)};
    auto one = stress::read_workload(name);
    if (!one) return one.error();
    if (auto const known = scenario::known_claims(one->proves, name, requirements); !known) return known.error();
    out.push_back(std::move(*one));
  }
  return out;
}

/// What names a workload on a command line: the file, where it was one.
std::string selector_of(stress::workload const& w, std::vector<std::string> const& named) {
  for (auto const& n : named)
    if (n.ends_with(".toml") && std::filesystem::path(n).stem() == w.name) return n;
  return w.name;
}

/// Why a workload cannot run there; empty when it can.
std::string missing(stress::workload const& w, stress::arena const& a) {
  scenario::script s;
  s.needs = w.needs;
  for (auto const& h : w.habits) s.sessions.push_back({"x", h.proto, h.state});
  auto why = scenario::missing(s, a.where, a.offered);
  if (why.empty() && w.handles_server && !a.where.simulate && !a.where.power.kill)
    why = "the target's process is not ours to kill or freeze";
  return why;
}

class progress_line {
 public:
  explicit progress_line(std::string name) : name_(std::move(name)), shown_(isatty(STDERR_FILENO) != 0) {}
  ~progress_line() {
    if (shown_) std::cerr << "\r\033[K" << std::flush;
  }
  void step(stress::campaign_progress const& p) {
    if (!shown_ || base::now() - last_ < std::chrono::milliseconds(100)) return;
    last_ = base::now();
    std::cerr << fmt::format("\r\033[K{}: {} commands, {} episodes{} {}", name_, p.commands, p.episodes,
                             p.violations ? fmt::format(", {} violations", p.violations) : "", p.doing)
              << std::flush;
  }

 private:
  std::string name_;
  base::instant last_{};
  bool shown_;
};

/// What one of so many workloads has of a duration: a second at least, in which something can be played, and no more
/// than is left of it.
base::duration share_of(base::duration all, std::size_t workloads, base::duration gone) {
  if (all.count() == 0) return {};
  auto const share = std::max<base::duration>(all / std::int64_t(workloads), std::chrono::seconds(1));
  return std::max<base::duration>(std::min(share, all - gone), std::chrono::milliseconds(1));
}

/// `share` of the time is one workload's.
stress::campaign_options campaign_of(stress_options const& o, stress::workload const& w, base::duration share) {
  stress::campaign_options c;
  c.users = o.users;
  c.devices = o.devices;
  c.rounds = o.rounds;
  c.operations = o.operations || share.count() ? o.operations : 2000;
  c.duration = share;
  c.seed = o.seed;
  c.keep_going = o.keep_going;
  c.allow_destructive = o.allow_destructive;
  c.shrink = !o.no_shrink;
  c.tries = o.tries;
  c.trace = o.trace;
  c.out = o.out;
  c.where = fmt::format("--target {}{}{}{}", base::shell_word(o.target), spelled(o.defect, o.latitudes),
                        o.allow_destructive ? " --allow-destructive" : "", o.spread ? " --spread" : "");
  c.command = fmt::format("mailrig stress {} {}{}{}", base::shell_word(selector_of(w, o.workloads)), c.where,
                          o.devices ? fmt::format(" --devices {}", o.devices) : "",
                          o.rounds ? fmt::format(" --rounds {}", o.rounds) : "");
  return c;
}

/// What was not played is unknown, for one reason; the last of those that were counts too, where it did not come to its
/// end and nothing that it showed fails the run.
void leave_out(history::run_record& run, std::vector<stress::workload> const& all, stress::workload const& last,
               std::string const& why, bool last_too) {
  using history::verdict;
  auto const fails = [](auto const& r) { return r.outcome == verdict::fail && !r.known(); };
  last_too = last_too && std::ranges::none_of(run.results, fails);
  if (last_too)
    std::erase_if(run.results,
                  [&](auto const& r) { return r.id == "stress/" + last.name && r.outcome == verdict::pass; });
  for (auto const* w = last_too ? &last : &last + 1; w != all.data() + all.size(); ++w) {
    history::scenario_result r;
    r.id = "stress/" + w->name;
    r.title = w->title;
    r.proves = w->proves;
    r.outcome = verdict::unknown;
    r.reason = why;
    run.results.push_back(std::move(r));
  }
}

int run_stress(stress_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const workloads = choose(o.workloads, *requirements);
  if (!workloads) return complain(workloads.error().text);
  auto const duration = o.duration.empty() ? std::optional<base::duration>(0) : scenario::read_duration(o.duration);
  if (!duration) return complain(fmt::format("--duration takes a time, e.g. 30s or 10m, not '{}'", o.duration));
  for (auto const& folder : {o.trace, o.no_shrink ? std::string() : o.out})
    if (auto const can = folder.empty() ? base::result<void>() : base::can_write_in(folder); !can)
      return complain(can.error());
  run_timeout const clock(o.timeout);
  auto const t = find_target({o.target, o.defect, std::max<std::size_t>(o.users, 16), !o.sockets, o.latitudes});
  if (!t) return complain(t.error().text);
  if (t->accounts.size() < o.users)
    return complain(fmt::format("--users {}: the target has {} accounts", o.users, t->accounts.size()));
  auto const known_file = o.baseline.empty() ? t->baseline : std::filesystem::path(o.baseline);
  base::result<report::baseline> known = report::baseline();
  if (!known_file.empty()) known = report::baseline::read(known_file);
  if (!known) return complain(known.error().text);

  auto const mail = data().mail();
  base::limits limits;
  limits.scenario = std::chrono::minutes(10);
  auto a = stress::arena::enter(*t, mail, *requirements, limits);
  if (!a) return complain(a.error(), inconclusive);
  a->least = *history::level_named(base::to_upper(o.level)), a->spread = o.spread;
  history::run_record run;
  std::function<void()> tell_of_the_rest = [] {};
  auto const traces = limited_traces(o.trace_limit);
  auto const began = base::now();
  fresh_server fresh({o.target, o.defect, std::max<std::size_t>(o.users, 16), false, o.latitudes}, o.users,
                     {o.allow_destructive, o.spread}, mail, *requirements);
  for (auto const& w : *workloads) {
    auto c = campaign_of(o, w, share_of(*duration, workloads->size(), base::now() - began));
    c.trace_budget = traces;
    c.fresh = fresh.play();
    if (auto const why = missing(w, *a); !why.empty()) {
      history::scenario_result r;
      r.id = "stress/" + w.name;
      r.title = w.title;
      r.reason = why;
      run.results.push_back(std::move(r));
      continue;
    }
    progress_line line(w.name);
    auto part = stress::run_campaign(
        *a, w, c, [&](auto const& p) { line.step(p); }, clock.interrupted());
    bool const found = part.count(history::verdict::fail) + part.count(history::verdict::error) > 0;
    for (auto& r : part.results) run.results.push_back(std::move(r));
    run.target = part.target;
    run.target_version = part.target_version;
    if (run.started.empty()) run.started = part.started;
    bool const late = duration->count() > 0 && base::now() - began >= *duration;
    if (clock.interrupted() || late || (found && !o.keep_going)) {
      bool const stopped = found && !o.keep_going;
      auto const why = clock.interrupted() ? base::end_words() + " before it was played to its end"
                       : stopped
                           ? std::string("not played: stress stopped at the first violation; --keep-going plays on")
                           : std::string("not played: the time of --duration was over");
      tell_of_the_rest = [&, why, last_too = stopped || clock.interrupted()] {
        leave_out(run, *workloads, w, why, last_too);
      };
      break;
    }
    // What hung or died there would be in the way of the next.
    if (found && !t->simulate && t->power.kill) t->power.kill();
  }
  run.took = base::now() - began;
  run.seed = o.seed;
  run.command = o.command;
  run.defect = o.defect;
  known->apply(run, false);
  tell_of_the_rest();
  run.stale.clear();  // chance decides what a stress run meets
  return deliver_with_passes(*outputs, {run, *requirements}, exit_code_of(run));
}

constexpr char const* stress_footer = R"(Examples:
  mailrig stress                                     every workload, against the simulated embedded server
  mailrig stress flag-ring --target dovecot --duration 60s --users 4
  mailrig stress mover-race --devices 8 --operations 10000 --seed 7 --trace traces/
  mailrig stress expunge-storm --defect expunge-during-fetch --out found/
  mailrig stress my-mix.toml --target staging.toml --report junit:out.xml

Users work side by side, each on an account of its own; the devices of a user share it. A run is made of short
episodes. What breaks a rule is played again and made small: a scenario for `mailrig check FILE.scn`, written to --out.
The same seed against the embedded server gives the same history, octet for octet.

Exit codes: 0 clean, 1 failure, 3 inconclusive: nothing or not all was played, or a report or a trace could not be
written; 4 usage.)";

void declare(options& c, invocation& to) {
  auto o = std::make_shared<stress_options>();
  c.add_option("workload", o->workloads, "names of `mailrig list workloads`, or TOML files; none: all of them");
  add_server(c, o->target, o->defect, o->latitudes);
  c.add_option("--devices", o->devices, "of each user; without it the workload's own number").within(1, 500);
  c.add_option("--users", o->users, "side by side, each with an account").within(1, 512).shows_default();
  c.add_option("--operations", o->operations, "commands of each workload; 2000 when there is no --duration either");
  c.add_option("--duration", o->duration, "e.g. 60s or 10m, shared by the workloads");
  c.add_option("--rounds", o->rounds, "of an episode; without it the workload's own number").within(1, 100000);
  add_seed(c, o->seed);
  c.add_option("--trace", o->trace,
               "folder for the events of each episode, for `mailrig judge` and `mailrig minimize`");
  add_trace_limit(c, o->trace_limit);
  c.add_option("-o,--out", o->out, "folder for the small scenarios that show what was found").shows_default();
  add_reports<report::format>(c, o->reports);
  add_level(c, o->level);
  add_spread(c, o->spread);
  c.add_option("--baseline", o->baseline, "file of known failures: 'stress/WORKLOAD#rule reason' lines");
  c.add_option("--tries", o->tries, "plays of each smaller scenario until it counts as harmless").within(1, 100);
  c.add_flag("--keep-going", o->keep_going, "after the first violation too; each rule is made small once");
  c.add_flag("--no-shrink", o->no_shrink, "report the episode as it was");
  c.add_flag("--sockets", o->sockets, "the embedded server over TCP instead of simulated");
  add_timeout(c, o->timeout);
  add_destructive(c, o->allow_destructive);
  c.footer(stress_footer);
  acts(c, to, o, run_stress);
}

command const this_command{"stress", 20, "Plays random workloads of several devices on one account", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::stress_command
