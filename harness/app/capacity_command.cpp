// capacity_command: `mailrig capacity`: how many users, or sessions a second, a server holds at its SLOs.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <thread>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/load_setup.hpp"
#include "app/outputs.hpp"
#include "load/capacity.hpp"
#include "load/span.hpp"
#include "report/capacity_report.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app {
namespace {

/// One line for a trial, as it goes.
void tell(load::trial const& t, bool by_rate) {
  std::string missed;
  for (auto const& s : t.slos)
    if (!s.met) missed += fmt::format("; {} was {}", s.text, s.came);
  constexpr std::string_view words[] = {"met", "MISSED", "invalid"};
  std::cerr << fmt::format("\r\033[K{:>8.{}f} {}  {:8} {:>9.1f} operations/s  p99 {:>8}{}{}\n", t.load, by_rate ? 1 : 0,
                           t.soak ? "soak " : "trial", words[std::size_t(t.came)], t.rate,
                           load::written(base::duration(std::int64_t(t.p99))), missed,
                           t.came == load::trial_verdict::invalid && !t.reasons.empty() ? "; " + t.reasons[0] : "");
}

}  // namespace

int run_capacity(capacity_options const& o) {
  bool const by_rate = o.by == "rate";
  auto base_options = o.load;
  auto const soak = base::read_duration(o.soak);
  if (!soak) return complain(fmt::format("--soak takes a time, e.g. 60s, not '{}'", o.soak));
  if (o.most < o.least) return complain("--most is below --least");
  // Accounts for the largest trial; a rate needs users to be spread over.
  base_options.users = by_rate ? o.load.users : std::size_t(o.most);
  auto setup = load_setup::make(base_options);
  if (!setup) return complain(setup.error().text);
  auto& s = **setup;
  auto const outputs = read_outputs<report::capacity_format>(o.load.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const& interrupted = catch_interrupts();
  bool const shown = isatty(STDERR_FILENO) != 0;
  std::size_t prepared = 0;
  auto const length = s.plan.duration;
  std::string trouble;
  auto make = [&](double load, bool as_soak) {
    load::trial failed;
    failed.load = load;
    failed.soak = as_soak;
    auto const users = by_rate ? s.plan.users : std::size_t(load);
    if (auto const ready = s.prepare(prepared, users, interrupted); !ready) {
      failed.reasons.push_back(ready.error().text);
      trouble = ready.error().text;
      return failed;
    }
    prepared = std::max(prepared, users);
    s.plan.users = users;
    s.plan.threads = unsigned(
        std::min<std::size_t>(o.load.threads > 0 ? o.load.threads : std::thread::hardware_concurrency(), users));
    s.plan.duration = as_soak ? *soak : length;
    if (by_rate) s.plan.sessions = {{load, load, s.plan.duration}};
    if (auto const lacks = load::lacks_descriptors(s.plan, 1); !lacks.empty()) {
      failed.reasons.push_back(lacks);
      return failed;
    }
    load_view view(o.load);
    s.run.listener = [&](load::series_row const& row, load::load_record const& so_far) { view.show(row, so_far); };
    auto const r = load::execute(s.plan, s.run, interrupted);
    view.end();
    if (!r) {
      failed.reasons.push_back(r.error().text);
      return failed;
    }
    auto t = load::trial_of(*r, load, as_soak);
    if (shown) tell(t, by_rate);
    return t;
  };
  auto const started = scenario::utc_now();
  load::capacity_options search;
  search.least = o.least;
  search.most = o.most;
  search.tolerance = o.tolerance / 100;
  search.repeats = o.repeats;
  search.whole = !by_rate;
  auto const result = load::search_capacity(search, make, interrupted);
  s.plan.users = std::max<std::size_t>(1, prepared);
  s.clean_up();
  report::capacity_context const c{
      result,          s.who.name,     s.who.title, s.where.name,
      s.where.version, o.load.command, started,     by_rate ? "sessions a second" : "users"};
  bool written = true, to_stdout = false;
  for (auto const& out : *outputs) {
    to_stdout = to_stdout || out.file == "-";
    written = write(out, c) && written;
  }
  if (!to_stdout) base::registry<report::capacity_format>::find("text")->write(c, std::cout);
  if (!trouble.empty()) std::cerr << "mailrig: " << trouble << '\n';
  if (!written || interrupted) return inconclusive;
  if (result.holds > 0) return clean;
  return result.breaks > 0 ? slo_missed : invalid_measurement;
}

}  // namespace mailrig::app
