// main: the command line of mailrig.
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/commands.hpp"
#include "app/exit_code.hpp"

namespace {

using namespace mailrig::app;

constexpr char const* check_footer = R"(Examples:
  mailrig check                                     everything, against the embedded server
  mailrig check --target dovecot                    against a private Dovecot, started and stopped
  mailrig check --target staging.toml --jobs 4      against a running server that the file describes
  mailrig check --target imap://u1@localhost:1143   the same with one account, whose password is asked for
  mailrig check imap/rfc3501/7.4.1-expunge          one folder
  mailrig check mine.scn cases/                     scenarios of your own
  mailrig check RFC3501-7.4.1-05                    whatever proves this requirement
  mailrig check 'pop3/*' --level must --fail-fast   by glob; only what the RFC demands; stop at the first failure
  mailrig check --report junit:out.xml --report html:out.html --trace traces/
  mailrig check --defect uid-reused                 the embedded server with a deliberate mistake: must fail
  mailrig check --latitude fetch-split              the same with what an RFC permits and few servers do: must pass

A target file (`mailrig explain target` lists every key):
  name = "staging"
  [imap]
  url = "imap://127.0.0.1:1143"       # or imaps://; starttls = true
  [pop3]
  url = "pop3://127.0.0.1:1110"       # or pop3s://; stls = true
  [tls]
  ca = "ca.pem"                       # or pin = "sha256:..."
  [accounts]
  pattern = "u%d"                     # or list = [...], file = "user:password lines"
  first = 1
  count = 200
  password = "secret"                 # or password_env, password_command
  [[odd]]                             # an account that few clients try; repeatable
  name = "password-blanks"            # also: -quotes, -specials, -utf8, -latin1; user-blanks, -quotes, ...
  user = "odd1"
  password = "two  blanks"

Exit codes: 0 clean, 1 failure, 2 stale baseline, 3 inconclusive or nothing run, 4 usage.)";

void add_target(CLI::App* c, std::string& target) {
  c->add_option("-t,--target", target,
                "embedded, a server of `mailrig list servers`, a TOML file (`mailrig explain target`), or a URL: "
                "imaps://user@host, with the password in MAILRIG_PASSWORD")
      ->capture_default_str();
}

void add_latitudes(CLI::App* c, std::vector<std::string>& latitudes) {
  c->add_option("--latitude", latitudes,
                "what few servers do though RFCs permit it (`mailrig list latitudes`); repeatable; all: whatever goes "
                "together; mix:SEED: some of them")
      ->allow_extra_args(false);
}

void add_run_options(CLI::App* c, check_options& o) {
  c->add_option(
      "selector", o.selectors,
      "a file or folder that exists; else scenario id, folder of ids, glob, requirement (RFC3501-7.4.1-05), RFC "
      "section, or tag. What is tagged big is left out unless its id, its file or `big` is given");
  add_target(c, o.target);
  c->add_option("--defect", o.defect, "switch a deliberate mistake of the embedded server on (`mailrig list defects`)");
  add_latitudes(c, o.latitudes);
  c->add_option("-j,--jobs", o.jobs, "scenarios side by side, each on an account of its own")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  c->add_option("--seed", o.seed, "decides every random choice")->capture_default_str();
  c->add_option("-r,--report", o.reports, "FORMAT:FILE; text, json, junit or html; '-' is standard output; repeatable")
      ->allow_extra_args(false);
  c->add_option("--baseline", o.baseline, "file of known failures: 'scenario#rule reason' lines");
  c->add_flag("--allow-destructive", o.allow_destructive, "mail that lies in the accounts may be deleted");
}

void add_check(CLI::App& app, check_options& o) {
  auto* c = app.add_subcommand("check", "Plays scenarios against a server and judges every octet");
  add_run_options(c, o);
  c->add_option("--level", o.level,
                "weakest requirement that counts: must, prose (described without a key word), should or may")
      ->check(CLI::IsMember({"must", "prose", "should", "may"}))
      ->capture_default_str();
  c->add_option("--trace", o.trace, "folder for the events of each scenario, for `mailrig judge`");
  c->add_flag("--fail-fast", o.fail_fast, "start nothing new after the first failure");
  c->footer(check_footer);
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

void add_stress(CLI::App& app, stress_options& o) {
  auto* c = app.add_subcommand("stress", "Plays random workloads of several devices on one account");
  c->add_option("workload", o.workloads, "names of `mailrig list workloads`, or TOML files; none: all of them");
  add_target(c, o.target);
  c->add_option("--defect", o.defect, "a deliberate mistake of the embedded server");
  add_latitudes(c, o.latitudes);
  c->add_option("--devices", o.devices, "of each user; without it the workload's own number")
      ->check(CLI::Range(1, 500));
  c->add_option("--users", o.users, "side by side, each with an account")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  c->add_option("--operations", o.operations, "commands of each workload; 2000 when there is no --duration either");
  c->add_option("--duration", o.duration, "e.g. 60s or 10m, shared by the workloads");
  c->add_option("--rounds", o.rounds, "of an episode; without it the workload's own number")
      ->check(CLI::Range(1, 100000));
  c->add_option("--seed", o.seed, "decides every random choice")->capture_default_str();
  c->add_option("--trace", o.trace,
                "folder for the events of each episode, for `mailrig judge` and `mailrig minimize`");
  c->add_option("-o,--out", o.out, "folder for the small scenarios that show what was found")->capture_default_str();
  c->add_option("-r,--report", o.reports, "FORMAT:FILE; text, json, junit or html; '-' is standard output; repeatable")
      ->allow_extra_args(false);
  c->add_option("--level", o.level,
                "weakest requirement that counts: must, prose (described without a key word), should or may")
      ->check(CLI::IsMember({"must", "prose", "should", "may"}))
      ->capture_default_str();
  c->add_option("--baseline", o.baseline, "file of known failures: 'stress/WORKLOAD#rule reason' lines");
  c->add_option("--tries", o.tries, "plays of each smaller scenario until it counts as harmless")
      ->check(CLI::Range(1, 100));
  c->add_flag("--keep-going", o.keep_going, "after the first violation too; each rule is made small once");
  c->add_flag("--no-shrink", o.no_shrink, "report the episode as it was");
  c->add_flag("--sockets", o.sockets, "the embedded server over TCP instead of simulated");
  c->add_flag("--allow-destructive", o.allow_destructive, "mail that lies in the accounts may be deleted");
  c->footer(stress_footer);
}

void add_minimize(CLI::App& app, minimize_options& o) {
  auto* c = app.add_subcommand("minimize", "Makes a failing scenario or trace as small as it can be while it fails");
  c->add_option("file", o.file, "a scenario (.scn) or a trace (.jsonl)")->required()->check(CLI::ExistingFile);
  add_target(c, o.target);
  c->add_option("--defect", o.defect, "a deliberate mistake of the embedded server");
  add_latitudes(c, o.latitudes);
  c->add_option("--rule", o.rule, "the finding to keep, e.g. seqmap.expunge-range; without it the first and worst");
  c->add_option("-o,--out", o.out, "file to write; without it, standard output");
  c->add_option("--seed", o.seed, "of each play")->capture_default_str();
  c->add_option("--tries", o.tries, "plays of each smaller scenario until it counts as harmless")
      ->check(CLI::Range(1, 100));
  c->add_option("--limit", o.limit, "time to spend")->capture_default_str();
  c->add_flag("--sockets", o.sockets, "the embedded server over TCP instead of simulated");
  c->add_flag("--allow-destructive", o.allow_destructive, "mail that lies in the accounts may be deleted");
  c->footer(
      R"(Examples:
  mailrig minimize big.scn --target dovecot --out small.scn
  mailrig minimize traces/flag-ring-u1-00000.jsonl --defect store-lost-update)");
}

constexpr char const* load_footer = R"(Examples:
  mailrig load office --users 200 --duration 2m                      a population, against the embedded server
  mailrig load isp-pop --target staging.toml --users 500 --duration 10m --slo 'p95(retr) < 5s' --slo 'errors < 1%'
  mailrig load webmail --target dovecot --rate 10/s..100/s           sessions arrive on a schedule that waits for nobody
  mailrig load webmail --target dovecot --concurrency 50             a closed loop
  mailrig load imap/rfc3501/6.4.4-search/keys.scn --rate 20/s        any scenario as a user's behaviour
  mailrig load office --report html:out.html --report json:out.json --dashboard :8080 --metrics :9464
Profiles are TOML (scenarios/profiles/*.toml); `mailrig list profiles`, `mailrig list steps`.

An SLO compares a figure with a value: p50 ... p99.99, mean, max (of response; 'p99(login.service)' of service), errors,
rate, count, late, findings; the operations in parentheses are a glob, all without one.

Exit codes: 0 clean, 1 a checker found something, 3 nothing measured, 4 usage, 5 measurement invalid, 6 SLO missed.)";

void add_load_options(CLI::App* c, load_options& o) {
  c->add_option("profile", o.profile, "a name of `mailrig list profiles`, a TOML file, or a scenario")->required();
  add_target(c, o.target);
  c->add_option("--defect", o.defect, "a deliberate mistake of the embedded server");
  add_latitudes(c, o.latitudes);
  c->add_option("--duration", o.duration, "of the measured time")->capture_default_str();
  c->add_option("--ramp", o.ramp, "before it: users come one after the other, nothing is measured")
      ->capture_default_str();
  c->add_option("--patience", o.patience, "for an answer; then it is late")->capture_default_str();
  c->add_option("--slo", o.slos, "e.g. 'p99(fetch.header) < 300ms'; repeatable; without it the profile's own")
      ->allow_extra_args(false);
  c->add_option("--seed", o.seed, "decides every random choice")->capture_default_str();
  c->add_option("--threads", o.threads, "event loops; without it as many as there are cores")
      ->check(CLI::Range(1, 256));
  c->add_option("--node", o.node, "host:port of the server's node exporter: its CPU, memory and disk stand beside");
  c->add_option("--from", o.sources, "source addresses of connections, in turn; more ports on loopback")
      ->allow_extra_args(false);
  c->add_option("-r,--report", o.reports,
                "FORMAT:FILE; text, json, csv, junit or html; '-' is standard output; repeatable")
      ->allow_extra_args(false);
  c->add_flag("--no-judge", o.no_judge, "without checkers");
  c->add_flag("--allow-destructive", o.allow_destructive, "mail that lies in the accounts may be deleted");
}

void add_load(CLI::App& app, load_options& o) {
  auto* c = app.add_subcommand("load", "Plays populations of devices and measures what they wait for");
  add_load_options(c, o);
  c->add_option("--users", o.users, "each with an account; 100 without it")->check(CLI::Range(1, 1000000));
  c->add_option("--rate", o.rate, "sessions arrive: 200/s, 10/s..200/s, or stages '50/s 30s, 100/s 1m'");
  c->add_option("--arrivals", o.arrivals, "of --rate: poisson, constant, or a file with a time in seconds on each line")
      ->capture_default_str();
  c->add_option("--concurrency", o.concurrency, "a closed loop of so many sessions instead")
      ->check(CLI::Range(1, 100000));
  c->add_option("--factor", o.factor, "of the profile's mail and pace; 1.2 is 120 %")->check(CLI::Range(0.01, 100.0));
  c->add_flag("--day", o.day, "the profile's whole day, squeezed into the duration; else its busiest hour");
  c->add_option("--processes", o.processes, "worker processes, for more connections than one may open")
      ->check(CLI::Range(1, 64));
  c->add_option("--metrics", o.metrics, ":port or host:port on loopback, for Prometheus");
  c->add_option("--dashboard", o.dashboard, ":port or host:port on loopback, for a browser");
  c->add_option("--trace", o.trace, "folder for the events, for `mailrig judge`");
  c->add_option("--worker", o.worker)->group("");
  c->add_option("--worker-of", o.worker_of)->group("");
  c->add_option("--begin-at", o.begin_at)->group("");
  c->add_option("--worker-target", o.worker_target)->group("");
  c->footer(load_footer);
}

void add_capacity(CLI::App& app, capacity_options& o) {
  auto* c = app.add_subcommand("capacity", "Searches how much load a server takes while it keeps its SLOs");
  o.load.duration = "20s";
  o.load.ramp = "5s";
  add_load_options(c, o.load);
  c->add_option("--by", o.by, "what grows: users, or the rate of sessions")
      ->check(CLI::IsMember({"users", "rate"}))
      ->capture_default_str();
  c->add_option("--least", o.least, "where to begin")->check(CLI::PositiveNumber)->capture_default_str();
  c->add_option("--most", o.most, "where to stop")->check(CLI::PositiveNumber)->capture_default_str();
  c->add_option("--users", o.load.users, "with --by rate: accounts that sessions are spread over");
  c->add_option("--tolerance", o.tolerance, "per cent between the bracket's ends")
      ->check(CLI::Range(0.5, 100.0))
      ->capture_default_str();
  c->add_option("--repeats", o.repeats, "trials of a load at most; two that agree settle it")
      ->check(CLI::Range(1, 9))
      ->capture_default_str();
  c->add_option("--soak", o.soak, "how long what was found must hold")->capture_default_str();
  c->footer(R"(Examples:
  mailrig capacity office --target dovecot --slo 'p99(fetch.header) < 300ms' --slo 'errors < 0.1%' --most 500
  mailrig capacity webmail --target staging.toml --by rate --users 200 --least 5 --most 500 --report html:capacity.html

Exit codes: 0 a capacity was found, 3 interrupted, 4 usage, 5 nothing valid, 6 even the least misses its SLOs.)");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"mailrig: a test rig for POP3 and IMAP servers"};
  app.require_subcommand(1);
  app.set_version_flag("--version", MAILRIG_VERSION);
  app.footer("Begin with `mailrig check`; `mailrig SUBCOMMAND --help` shows examples.");

  check_options check;
  add_check(app, check);

  stress_options stress;
  add_stress(app, stress);

  minimize_options minimize;
  add_minimize(app, minimize);

  load_options load;
  add_load(app, load);

  capacity_options capacity;
  add_capacity(app, capacity);

  diff_options diff;
  auto* rp = app.add_subcommand("report", "Works on reports of load runs")->require_subcommand(1);
  auto* df = rp->add_subcommand("diff", "Sets two runs side by side: has anything become slower?");
  df->add_option("before", diff.before, "JSON report of `mailrig load`")->required()->check(CLI::ExistingFile);
  df->add_option("after", diff.after, "another")->required()->check(CLI::ExistingFile);
  df->add_option("--tolerance", diff.tolerance, "per cent that a percentile may be worse")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  df->add_option("--json", diff.json, "file to write too");
  df->footer(
      "A percentile counts as worse when it is beyond the tolerance and beyond what chance explains: 99 % confidence,\n"
      "from order statistics of both runs' histograms.\nExit codes: 0 no regression, 1 regression, 4 usage, 5 one of "
      "the runs is no valid measurement.");

  measure_options measure;
  auto* ms = app.add_subcommand("measure", "Measures what devices on one account wait for");
  ms->add_option(
        "what", measure.what,
        "visibility: until another device is told of a change; lock: until a maildrop is free again; rig: how much "
        "load this machine can generate")
      ->required()
      ->check(CLI::IsMember({"visibility", "lock", "rig"}));
  add_target(ms, measure.target);
  ms->add_option("--defect", measure.defect, "a deliberate mistake of the embedded server");
  add_latitudes(ms, measure.latitudes);
  ms->add_option("--samples", measure.samples, "of each row")->check(CLI::Range(1, 100000))->capture_default_str();
  ms->add_option("--contenders", measure.contenders, "lock: sessions that want the maildrop at the same time")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  ms->add_option("--json", measure.json, "file to write too");
  ms->add_flag("--allow-destructive", measure.allow_destructive, "mail that lies in the account may be deleted");
  ms->footer(
      "Examples:\n  mailrig measure visibility --target dovecot\n  mailrig measure lock --target dovecot --json "
      "lock.json");

  check_options update;
  auto* b = app.add_subcommand("baseline", "Keeps the file of a server's known failures")->require_subcommand(1);
  auto* u =
      b->add_subcommand("update", "Plays the scenarios and writes the baseline anew: what fails is known from now on");
  add_run_options(u, update);
  u->add_flag("--gate-new", update.gate_new,
              "let scenarios that come later gate at once: do not write down which there are");
  u->footer(
      "Reasons of lines that still match are kept, stale lines dropped, new failures added with what the requirement\n"
      "says. Flaky lines are yours to write: '~2 scenario#rule reason' lets it come or not, at most twice a run;\n"
      "'x3 scenario#rule reason' knows it three times in a scenario, and a fourth is another failure.\n"
      "Example:\n  mailrig baseline update --target staging.toml --baseline staging.known");

  judge_options judge;
  auto* j = app.add_subcommand("judge", "Runs the checkers again on stored traces");
  j->add_option("trace", judge.traces, "trace files, or folders of them")->required();
  j->add_option("--level", judge.level, "weakest requirement that counts")
      ->check(CLI::IsMember({"must", "prose", "should", "may"}))
      ->capture_default_str();
  j->footer("Example:\n  mailrig check --trace traces/ && mailrig judge traces/");

  list_options list;
  auto* l = app.add_subcommand("list", "Lists what there is, one item a line, its id first");
  l->add_option("what", list.what,
                "scenarios, requirements, checkers, defects, latitudes, servers, formats, workloads, turns, profiles, "
                "steps or explorations")
      ->required()
      ->check(CLI::IsMember({"scenarios", "requirements", "checkers", "defects", "latitudes", "servers", "formats",
                             "workloads", "turns", "profiles", "steps", "explorations"}));
  l->add_flag("--json", list.json, "for programs");
  l->add_flag("--uncovered", list.uncovered,
              "requirements: only those of a server in the base RFCs that nothing looks at and no reason excuses; exit "
              "1 if any");
  l->footer(
      "Requirements are proven (a defect that breaks it was found by what claims to prove it), exercised (something\n"
      "claims it, no defect shows that it would see), or have a reason for neither (reason), or are open.\n"
      "Examples:\n  mailrig list scenarios\n  mailrig list requirements --json | jq '.[] | select(.state == "
      "\"exercised\")'");

  matrix_options matrix;
  auto* m = app.add_subcommand("matrix", "Sets several servers' runs side by side: servers across, RFC sections down");
  m->add_option("run", matrix.runs, "JSON reports of `mailrig check --report json:FILE`, one a server")->required();
  m->add_option("--markdown", matrix.markdown, "file to write; without one, standard output");
  m->add_option("--html", matrix.html, "file to write: one page, from a section to its scenarios to the transcripts");
  m->footer(
      "Example:\n  for s in dovecot cyrus; do mailrig check --target $s --report json:$s.json; done\n"
      "  mailrig matrix dovecot.json cyrus.json --html matrix.html");

  serve_options serve;
  auto* s = app.add_subcommand("serve", "Runs the embedded server alone until interrupted");
  s->add_option("--defect", serve.defect, "a deliberate mistake (`mailrig list defects`)");
  add_latitudes(s, serve.latitudes);
  s->add_option("--imap", serve.imap, ":port or host:port on loopback; :0 takes a free one")->capture_default_str();
  s->add_option("--imaps", serve.imaps, "the same with TLS from the start")->capture_default_str();
  s->add_option("--pop3", serve.pop3, ":port or host:port on loopback")->capture_default_str();
  s->add_option("--pop3s", serve.pop3s, "the same with TLS from the start")->capture_default_str();
  s->add_option("--accounts", serve.accounts, "how many: u1, u2, ...")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  s->add_option("--password", serve.password, "of all of them")->capture_default_str();
  s->add_option("--delay", serve.delay, "lets everything a client says wait: 5ms, or evenly drawn from 5ms..50ms");
  s->footer("Example:\n  mailrig serve --imap :1143 --pop3 :1110 --defect expunge-during-fetch");

  std::string id;
  auto* e = app.add_subcommand("explain",
                               "Says what a requirement, checker, scenario, defect or latitude means; `explain "
                               "target`: what a target file may say");
  e->add_option(
       "id", id,
       "e.g. RFC3501-7.4.1-05, seqmap, seqmap.expunge-forbidden, a scenario's id, a defect's or latitude's name")
      ->required();

  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& error) {
    return app.exit(error) == 0 ? int(clean) : int(usage);
  }
  try {
    for (int i = 0; i < argc; ++i) check.command += (i ? " " : "") + std::string(argv[i]);
    if (app.got_subcommand("check")) return run_check(check);
    stress.command = check.command;
    if (app.got_subcommand("stress")) return run_stress(stress);
    load.command = check.command;
    if (app.got_subcommand("load")) return run_load(load);
    capacity.load.command = check.command;
    if (app.got_subcommand("capacity")) return run_capacity(capacity);
    if (app.got_subcommand("report")) return run_report_diff(diff);
    if (app.got_subcommand("minimize")) return run_minimize(minimize);
    measure.command = check.command;
    if (app.got_subcommand("measure")) return run_measure(measure);
    matrix.command = check.command;
    if (app.got_subcommand("matrix")) return run_matrix(matrix);
    update.update_baseline = true;
    if (app.got_subcommand("baseline")) return run_check(update);
    if (app.got_subcommand("judge")) return run_judge(judge);
    if (app.got_subcommand("list")) return run_list(list);
    if (app.got_subcommand("serve")) return run_serve(serve);
    return run_explain(id);
  } catch (std::exception const& error) {
    return complain(error.what());
  }
}
