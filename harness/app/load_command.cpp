// load_command: `mailrig load`: populations of devices against a server, judged and measured.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <tuple>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/listen_address.hpp"
#include "app/load_exit.hpp"
#include "app/load_options.hpp"
#include "app/load_setup.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "app/shard_run.hpp"
#include "base/file.hpp"
#include "base/run_end.hpp"
#include "load/behaviour.hpp"
#include "load/prepare.hpp"
#include "net/host_and_port.hpp"
#include "report/live_server.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app::load_command {
namespace {

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
  char const* const token = std::getenv("MAILRIG_DASHBOARD_TOKEN");
  auto live = report::live_server::start(where, token ? token : "");
  if (live)
    for (std::size_t i = 0; i < where.size(); ++i)
      std::cerr << fmt::format("http://{}{}{}\n", net::host_and_port(names[i].second, (*live)->ports()[i]),
                               names[i].first, token ? "?token=$MAILRIG_DASHBOARD_TOKEN" : "");
  return live;
}

using load_outputs = std::vector<output<report::load_format>>;

/// Until all shards are here, and the first has said that it begins.
base::result<std::unique_ptr<shard_run>> meet_others(load_options const& o, load_setup const& s,
                                                     std::atomic<bool> const& interrupted) {
  auto shards = shard_run::meet(o, s, interrupted);
  if (!shards) return shards;
  if ((*shards)->leads()) {
    (*shards)->announce(nlohmann::json::object());
  } else {
    auto const order = (*shards)->next();
    if (!order) return order.error();
    if (!*order) return base::fault{0, "--rendezvous", "the first shard ended the run before it began"};
  }
  return shards;
}

/// The end of a run that is this process' own alone.
int deliver_alone(load_setup const& s, load_outputs const& own, load::load_record& r) {
  s.clean_up();
  r.exit_code = load_exit_code(r);
  return deliver(own, r, r.exit_code);
}

/// The end of one that several played: the first judges and tells, the others do as it says.
int deliver_together(load_setup const& s, shard_run& shards, load_outputs const& own, load_outputs const& sums,
                     load::load_record& r) {
  auto sum = shards.result(r);
  if (!sum) {
    shards.finish(invalid_measurement);
    s.clean_up();
    (void)write(own, r);  // its own part stands
    return complain(sum.error(), invalid_measurement);
  }
  int code = invalid_measurement;
  if (shards.leads()) {
    code = (*sum)->exit_code = load_exit_code(**sum);
    shards.finish(code);
  } else if (auto const told = shards.verdict()) {
    code = *told;
  } else {
    complain(told.error());
  }
  s.clean_up();
  bool const written = write(own, r).all;
  if (shards.leads()) return deliver(sums, **sum, written ? code : undelivered(code));
  return written ? code : undelivered(code);
}

/// What is known of it before it begins.
void describe_run(load_options const& o, load_setup const& s, std::string const& started, load::load_record& r) {
  r.mode = s.mode;
  if (s.existing) r.existing = load::in_words(*s.existing);
  if (s.behaviour) r.profile = s.behaviour->id, r.title = s.behaviour->title;
  r.command = o.command;
  r.started = started;
  r.plan = s.digest;
}

int run_load(load_options const& o) {
  auto const place = shard_of(o);
  if (!place) return complain(place.error().text);
  auto const named = shared_reports(o, *place);
  auto const outputs = read_outputs<report::load_format>(named.own);
  if (!outputs) return complain(outputs.error().text);
  auto const sums = read_outputs<report::load_format>(named.sum);
  if (!sums) return complain(sums.error().text);
  if (!o.trace.empty())
    if (auto const can = base::can_write_in(o.trace); !can) return complain(can.error());
  run_timeout const clock(o.worker_of > 0 ? std::string() : o.timeout, o.worker_of > 0);
  auto const& interrupted = clock.interrupted();
  auto setup = load_setup::make(o);
  if (!setup) return complain(setup.error().text);
  auto& s = **setup;
  if (o.worker_of > 0) return load::work_as_process(s.plan, o.begin_at, interrupted);
  tell_place(*place);
  if (auto const lacks = s.behaviour ? "" : load::lacks_descriptors(s.plan, o.processes); !lacks.empty())
    return complain(lacks);
  std::unique_ptr<shard_run> shards;
  if (meets(o, *place)) {
    auto met = meet_others(o, s, interrupted);
    if (!met)
      return complain(met.error(),
                      interrupted && base::end_words() == met.error().text ? inconclusive : invalid_measurement);
    shards = std::move(*met);
  }
  auto const ready = s.prepare(0, s.plan.users, interrupted);
  if (!ready && shards) shards->abort(ready.error().text);
  if (!ready) return complain(ready.error(), inconclusive);
  if (interrupted) return complain(base::end_words() + " while the accounts were prepared", inconclusive);
  std::optional<worker_files> workers;
  if (o.processes > 1) {
    auto files = worker_files::write(o, s);
    if (!files) return complain(files.error().text);
    workers.emplace(std::move(*files));
    s.run.processes = workers->commands;
    s.run.input = workers->accounts();
  }
  auto live = open_windows(o);
  if (!live) return complain(live.error().text);
  load_view view(o);
  auto const started = scenario::utc_now();
  s.run.begin = [&](load::load_record& r) { describe_run(o, s, started, r); };
  s.run.listener = [&](load::series_row const& row, load::load_record const& so_far) {
    view.show(row, so_far);
    if (*live) (*live)->publish(row, so_far);
  };
  if (shards) shards->join(s.run, s.run.listener);
  auto r = s.behaviour ? load::execute_scenario(s.plan, *s.behaviour, data().mail(), s.run, s.may_empty, interrupted)
                       : load::execute(s.plan, s.run, interrupted);
  view.end();
  if (!r && shards) return complain(r.error(), invalid_measurement);
  if (!r) return complain(r.error().text);
  return shards ? deliver_together(s, *shards, *outputs, *sums, *r) : deliver_alone(s, *outputs, *r);
}

constexpr char const* load_footer = R"(Examples:
  mailrig load office --users 200 --duration 2m                      a population, against the embedded server
  mailrig load isp-pop --target staging.toml --users 500 --duration 10m --slo 'p95(retr) < 5s' --slo 'errors < 1%'
  mailrig load webmail --target dovecot --rate 10/s..100/s           sessions arrive on a schedule that waits for nobody
  mailrig load webmail --target dovecot --concurrency 50             a closed loop
  mailrig load imap/rfc3501/6.4.4-search/keys.scn --rate 20/s        any scenario as a user's behaviour
  mailrig load office --report html:out.html --report json:out.json --dashboard :8080 --metrics :9464
  mailrig load office --target t.toml --shard 2/4 --rendezvous node1:7411 --report json:sum.json    four generators
Profiles are TOML (scenarios/profiles/*.toml); `mailrig list profiles`, `mailrig list steps`.

An SLO compares a figure with a value: p50 ... p99.99, mean, max (of response; 'p99(login.service)' of service), errors
(failed or late), refused (of these: declined by the server's policy), faults (the others), rate, count, late, findings;
the operations in parentheses are a glob, all without one.

What a server declines in words (too many connections, LOGIN-DELAY, [UNAVAILABLE], [INUSE], [OVERQUOTA], BYE ...) is told
by kind, and is no outage. What CAPA announces as LOGIN-DELAY is kept: such logins are put off, and not counted as errors.

Exit codes: 0 clean, 1 a checker found something, 3 interrupted, or a report could not be written, 4 usage,
5 measurement invalid, or nothing measured, or the trace is not whole, 6 SLO missed.)";

void declare(options& c, invocation& to) {
  auto o = std::make_shared<load_options>();
  add_load_options(c, *o);
  c.add_option("--users", o->users, "each with an account; 100 without it").within(1, 1000000);
  c.add_option("--rate", o->rate, "sessions arrive: 200/s, 10/s..200/s, or stages '50/s 30s, 100/s 1m'");
  c.add_option("--arrivals", o->arrivals, "of --rate: poisson, constant, or a file with a time in seconds on each line")
      .shows_default();
  c.add_option("--concurrency", o->concurrency, "a closed loop of so many sessions instead").within(1, 100000);
  c.add_option("--factor", o->factor, "of the profile's mail and pace; 1.2 is 120 %").number(0.01, 100);
  c.add_flag("--day", o->day, "the profile's whole day, squeezed into the duration; else its busiest hour");
  c.add_option("--processes", o->processes, "worker processes, for more connections than one may open").within(1, 64);
  c.add_option("--metrics", o->metrics,
               ":port or address:port, for Prometheus; others than this machine must show $MAILRIG_DASHBOARD_TOKEN");
  c.add_option("--dashboard", o->dashboard,
               ":port or address:port, for a browser; others than this machine must show $MAILRIG_DASHBOARD_TOKEN");
  c.add_option("--trace", o->trace, "folder for the events, for `mailrig judge`");
  add_trace_limit(c, o->trace_limit);
  add_shard_options(c, *o);
  c.add_option("--worker", o->worker).hidden();
  c.add_option("--worker-of", o->worker_of).hidden();
  c.add_option("--begin-at", o->begin_at).hidden();
  c.add_option("--worker-target", o->worker_target).hidden();
  c.footer(load_footer);
  acts(c, to, o, run_load);
}

command const this_command{"load", 40, "Plays populations of devices and measures what they wait for", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::load_command
