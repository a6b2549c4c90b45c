// stress_command: `mailrig stress`: random workloads of several devices on one account.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/fresh_server.hpp"
#include "app/interrupts.hpp"
#include "app/outputs.hpp"
#include "app/target_choice.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "report/baseline.hpp"
#include "report/wording.hpp"
#include "scenario/claims.hpp"
#include "stress/campaign.hpp"

namespace mailrig::app {
namespace {

struct stress_options {
  std::vector<std::string> workloads, latitudes;
  std::string target, defect, level = "may", baseline, trace, out = ".";
  std::vector<std::string> reports;
  std::size_t devices = 0, users = 1, operations = 0, rounds = 0, tries = 0;
  std::string duration;
  std::uint64_t seed = 1;
  bool keep_going = false, allow_destructive = false, no_shrink = false, sockets = false;
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

int run_stress(stress_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const workloads = choose(o.workloads, *requirements);
  if (!workloads) return complain(workloads.error().text);
  auto const duration = o.duration.empty() ? std::optional<base::duration>(0) : scenario::read_duration(o.duration);
  if (!duration) return complain(fmt::format("--duration takes a time, e.g. 30s or 10m, not '{}'", o.duration));
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
  if (!a) {
    std::cerr << "mailrig: " << a.error().text << '\n';
    return inconclusive;
  }
  a->least = *history::level_named(base::to_upper(o.level));
  auto const& interrupted = catch_interrupts();
  history::run_record run;
  auto const began = base::now();
  fresh_server fresh({o.target, o.defect, std::max<std::size_t>(o.users, 16), false, o.latitudes}, o.users,
                     o.allow_destructive, mail, *requirements);
  for (auto const& w : *workloads) {
    stress::campaign_options c;
    c.users = o.users;
    c.devices = o.devices;
    c.rounds = o.rounds;
    c.operations = o.operations || duration->count() ? o.operations : 2000;
    // Several workloads share the time.
    c.duration = std::chrono::duration_cast<std::chrono::seconds>(*duration) / long(workloads->size());
    if (duration->count() > 0) c.duration = std::max(c.duration, std::chrono::seconds(1));
    c.seed = o.seed;
    c.keep_going = o.keep_going;
    c.allow_destructive = o.allow_destructive;
    c.shrink = !o.no_shrink;
    c.tries = o.tries;
    c.trace = o.trace;
    c.out = o.out;
    c.where = fmt::format("--target {}{}{}", base::shell_word(o.target), spelled(o.defect, o.latitudes),
                          o.allow_destructive ? " --allow-destructive" : "");
    c.fresh = fresh.play();
    c.command = fmt::format("mailrig stress {} {}{}{}", base::shell_word(selector_of(w, o.workloads)), c.where,
                            o.devices ? fmt::format(" --devices {}", o.devices) : "",
                            o.rounds ? fmt::format(" --rounds {}", o.rounds) : "");
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
        *a, w, c, [&](auto const& p) { line.step(p); }, interrupted);
    bool const found = part.count(history::verdict::fail) + part.count(history::verdict::error) > 0;
    for (auto& r : part.results) run.results.push_back(std::move(r));
    run.target = part.target;
    run.target_version = part.target_version;
    if (run.started.empty()) run.started = part.started;
    if (interrupted || (found && !o.keep_going)) break;
    // What hung or died there would be in the way of the next.
    if (found && !t->simulate && t->power.kill) t->power.kill();
  }
  run.took = base::now() - began;
  run.seed = o.seed;
  run.command = o.command;
  run.defect = o.defect;
  known->apply(run, false);
  run.stale.clear();  // chance decides what a stress run meets
  report::report_context const context{run, *requirements};
  auto const reports = write(*outputs, context);
  if (!reports.to_stdout) {
    for (auto const& r : run.results)
      if (r.outcome == history::verdict::pass) std::cout << fmt::format("pass  {}  {}\n", r.id, r.title);
    write_text<report::format>(context);
  }
  return reports.all ? exit_code_of(run) : int(inconclusive);
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

Exit codes: 0 clean, 1 failure, 3 inconclusive or nothing run, 4 usage.)";

void declare(CLI::App& c, invocation& to) {
  auto o = std::make_shared<stress_options>();
  c.add_option("workload", o->workloads, "names of `mailrig list workloads`, or TOML files; none: all of them");
  add_server(c, o->target, o->defect, o->latitudes);
  c.add_option("--devices", o->devices, "of each user; without it the workload's own number")
      ->check(CLI::Range(1, 500));
  c.add_option("--users", o->users, "side by side, each with an account")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  c.add_option("--operations", o->operations, "commands of each workload; 2000 when there is no --duration either");
  c.add_option("--duration", o->duration, "e.g. 60s or 10m, shared by the workloads");
  c.add_option("--rounds", o->rounds, "of an episode; without it the workload's own number")
      ->check(CLI::Range(1, 100000));
  add_seed(c, o->seed);
  c.add_option("--trace", o->trace,
               "folder for the events of each episode, for `mailrig judge` and `mailrig minimize`");
  c.add_option("-o,--out", o->out, "folder for the small scenarios that show what was found")->capture_default_str();
  add_reports<report::format>(c, o->reports);
  add_level(c, o->level);
  c.add_option("--baseline", o->baseline, "file of known failures: 'stress/WORKLOAD#rule reason' lines");
  c.add_option("--tries", o->tries, "plays of each smaller scenario until it counts as harmless")
      ->check(CLI::Range(1, 100));
  c.add_flag("--keep-going", o->keep_going, "after the first violation too; each rule is made small once");
  c.add_flag("--no-shrink", o->no_shrink, "report the episode as it was");
  c.add_flag("--sockets", o->sockets, "the embedded server over TCP instead of simulated");
  add_destructive(c, o->allow_destructive);
  c.footer(stress_footer);
  acts(c, to, o, run_stress);
}

command const this_command{"stress", 20, "Plays random workloads of several devices on one account", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app
