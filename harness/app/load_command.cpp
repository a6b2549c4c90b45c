// load_command: `mailrig load`: populations of devices against a server, judged and measured.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <tuple>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
#include "app/listen_address.hpp"
#include "app/load_setup.hpp"
#include "app/outputs.hpp"
#include "load/behaviour.hpp"
#include "load/prepare.hpp"
#include "report/live_server.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app {
namespace {

exit_code code_of(load::load_record const& r) {
  if (r.rig.grade == load::validity::invalid) return r.interrupted ? inconclusive : invalid_measurement;
  for (auto const& f : r.findings)
    if (f.outcome == history::verdict::fail) return failure;
  return r.slos_met() ? clean : slo_missed;
}

/// The dashboard and the metrics, where they are asked for; one server for both.
base::result<std::unique_ptr<report::live_server>> open_windows(load_options const& o) {
  std::vector<net::endpoint> where;
  std::vector<std::pair<char const*, std::string>> names;
  for (auto const& [option, text, path] :
       {std::tuple{"--dashboard", &o.dashboard, "/"}, {"--metrics", &o.metrics, "/metrics"}}) {
    if (text->empty()) continue;
    auto const at = read_listen_address(option, *text);
    if (!at) return at.error();
    auto const same = std::ranges::find_if(
        where, [&](auto const& w) { return at->port != 0 && w.port == at->port && w.host == at->host; });
    if (same == where.end()) where.push_back(*at), names.emplace_back(path, at->host);
  }
  if (where.empty()) return std::unique_ptr<report::live_server>();
  auto live = report::live_server::start(where);
  if (live)
    for (std::size_t i = 0; i < where.size(); ++i)
      std::cerr << fmt::format("http://{}:{}{}\n", names[i].second, (*live)->ports()[i], names[i].first);
  return live;
}

}  // namespace

int run_load(load_options const& o) {
  auto setup = load_setup::make(o);
  if (!setup) return complain(setup.error().text);
  auto& s = **setup;
  auto const& interrupted = catch_interrupts();
  if (o.worker_of > 0) return load::work_as_process(s.plan, o.begin_at, interrupted);
  auto const outputs = read_outputs<report::load_format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  if (auto const lacks = s.behaviour ? "" : load::lacks_descriptors(s.plan, o.processes); !lacks.empty())
    return complain(lacks);
  if (auto const ready = s.prepare(0, s.plan.users, interrupted); !ready) {
    std::cerr << "mailrig: " << ready.error().text << '\n';
    return inconclusive;
  }
  if (interrupted) return inconclusive;
  std::optional<worker_files> workers;
  if (o.processes > 1) {
    auto files = worker_files::write(o, s);
    if (!files) return complain(files.error().text);
    workers.emplace(std::move(*files));
    s.run.processes = workers->commands;
  }
  auto live = open_windows(o);
  if (!live) return complain(live.error().text);
  load_view view(o);
  auto const started = scenario::utc_now();
  s.run.begin = [&](load::load_record& r) {
    r.mode = s.mode;
    if (s.behaviour) r.profile = s.behaviour->id, r.title = s.behaviour->title;
    r.command = o.command;
    r.started = started;
  };
  s.run.listener = [&](load::series_row const& row, load::load_record const& so_far) {
    view.show(row, so_far);
    if (*live) (*live)->publish(row, so_far);
  };
  auto r = s.behaviour
               ? load::execute_scenario(s.plan, *s.behaviour, scenario::mailroom(data_folder() / "fixtures/mail"),
                                        s.run, s.may_empty, interrupted)
               : load::execute(s.plan, s.run, interrupted);
  view.end();
  if (!r) return complain(r.error().text);
  s.clean_up();
  bool written = true, to_stdout = false;
  for (auto const& out : *outputs) {
    to_stdout = to_stdout || out.file == "-";
    written = write(out, *r) && written;
  }
  if (!to_stdout) base::registry<report::load_format>::find("text")->write(*r, std::cout);
  return written ? int(code_of(*r)) : int(inconclusive);
}

}  // namespace mailrig::app
