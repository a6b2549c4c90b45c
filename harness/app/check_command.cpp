// check_command: see check_command.hpp.
#include "app/check_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <map>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/descriptor_need.hpp"
#include "app/exit_code.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "app/selection.hpp"
#include "app/target_choice.hpp"
#include "base/file.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "load/machine.hpp"
#include "report/baseline.hpp"
#include "report/format.hpp"
#include "report/wording.hpp"
#include "scenario/claims.hpp"
#include "scenario/collection.hpp"
#include "scenario/server_process.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app {
namespace {

using history::verdict;

/// A line on the terminal that is overwritten; nothing in a pipe.
class progress_line {
 public:
  explicit progress_line(std::size_t total) : total_(total), shown_(isatty(STDERR_FILENO) != 0) {}
  ~progress_line() {
    if (shown_) std::cerr << "\r\033[K" << std::flush;
  }
  void step(history::scenario_result const& r, std::size_t done) {
    if (!shown_) return;
    if (r.outcome == verdict::fail || r.outcome == verdict::error) ++bad_;
    std::cerr << fmt::format("\r\033[K[{}/{}]{} {}", done, total_, bad_ ? fmt::format(" {} failed", bad_) : "",
                             r.id.substr(0, 60))
              << std::flush;
  }

 private:
  std::size_t total_, bad_ = 0;
  bool shown_;
};

base::result<report::baseline> read_baseline(std::filesystem::path const& file, bool may_be_missing) {
  std::error_code none;
  if (file.empty()) {
    if (may_be_missing) return base::fault{0, "--baseline", "say which file: --baseline FILE"};
    return report::baseline();
  }
  if (may_be_missing)
    if (auto const can = base::can_write(file); !can) return can.error();
  if (may_be_missing && !std::filesystem::exists(file, none)) return report::baseline();
  if (may_be_missing && std::filesystem::is_regular_file(file, none) && std::filesystem::file_size(file, none) == 0)
    return report::baseline();
  return report::baseline::read(file);
}

/// Of a run that is not whole nothing can be learnt about what it left out: the file stays.
int write_baseline(std::filesystem::path const& file, std::string const& text, history::run_record const& run,
                   bool interrupted) {
  bool const nothing =
      run.count(verdict::skip) + run.count(verdict::unknown) + run.count(verdict::error) == run.results.size();
  if (interrupted || nothing) {
    std::cerr << fmt::format("mailrig: {} is left as it was: {}\n", file.string(),
                             interrupted ? "interrupted" : "nothing was played");
    return inconclusive;
  }
  if (!write_file(file.string(), [&](std::ostream& out) { out << text; })) return inconclusive;
  std::cout << fmt::format("{}: written after {}; read the new lines' reasons before you commit it\n", file.string(),
                           report::counts_line(run));
  bool const open = std::ranges::any_of(run.results, [](auto const& r) {
    return r.outcome == verdict::error || (r.outcome == verdict::unknown && !r.known());
  });
  return open ? inconclusive : clean;
}

/// Who waits costs nothing, so that all of it is played at once.
std::size_t jobs_of(check_options const& o, std::size_t scenarios) {
  return o.slow ? std::min<std::size_t>(std::max(o.jobs, scenarios), 512) : o.jobs;
}

base::result<std::vector<chosen>> what_is_played(std::vector<scenario::script> all, check_options const& o) {
  if (o.simulated && o.target != "embedded")
    return base::fault{0, "--simulated", "--simulated: only the embedded server can be; leave --target out"};
  auto out = select_scenarios(std::move(all), o.selectors);
  if (!out) return out;
  if (o.slow) keep_slow(*out);
  if (o.slow && out->empty()) return base::fault{0, "--slow", "--slow: none of what is selected is tagged slow"};
  std::vector<scenario::script const*> scripts;
  for (auto const& c : *out)
    if (!o.simulated && c.script.put_off.empty()) scripts.push_back(&c.script);
  auto const lacks =
      lacks_descriptors(scripts, jobs_of(o, scripts.size()), o.target == "embedded", load::descriptor_limit());
  return lacks.empty() ? std::move(out) : base::fault{0, "--jobs", lacks};
}

scenario::suite_options suite_of(check_options const& o, std::size_t scenarios) {
  scenario::suite_options out;
  out.jobs = jobs_of(o, scenarios);
  out.seed = o.seed;
  out.least = *history::level_named(base::to_upper(o.level));
  out.fail_fast = o.fail_fast;
  out.allow_destructive = o.allow_destructive;
  out.spread = o.spread;
  out.trace_folder = o.trace;
  out.trace_budget = limited_traces(o.trace_limit);
  return out;
}

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
  mailrig check --slow --target staging.toml        what waits, an account for each: 35 minutes
  mailrig check --slow --simulated                  the same against the embedded server in memory, in no time
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

Exit codes: 0 clean, 1 failure, 2 stale baseline, 3 inconclusive: nothing or not all was played, or a report or a trace
could not be written; 4 usage.)";

void declare_check(options& c, invocation& to) {
  auto o = std::make_shared<check_options>();
  add_run_options(c, *o);
  add_level(c, o->level);
  c.add_option("--trace", o->trace, "folder for the events of each scenario, for `mailrig judge`");
  add_trace_limit(c, o->trace_limit);
  c.add_flag("--fail-fast", o->fail_fast, "start nothing new after the first failure");
  c.footer(check_footer);
  acts(c, to, o, run_check);
}

command const check_itself{"check", 10, "Plays scenarios against a server and judges every octet", declare_check};
base::registrar const check_registered{check_itself};

}  // namespace

void add_run_options(options& c, check_options& o) {
  c.add_option(
      "selector", o.selectors,
      "a file or folder that exists; else scenario id, folder of ids, glob, requirement (RFC3501-7.4.1-05), RFC "
      "section, or tag. What is tagged big is left out unless its id, its file or `big` is given, and what is tagged "
      "slow is skipped");
  add_server(c, o.target, o.defect, o.latitudes);
  c.add_option("-j,--jobs", o.jobs, "scenarios side by side, each on an account of its own")
      .within(1, 512)
      .shows_default();
  add_seed(c, o.seed);
  add_reports<report::format>(c, o.reports);
  c.add_option("--baseline", o.baseline, "file of known failures: 'scenario#rule reason' lines");
  c.add_flag("--slow", o.slow,
             "play what waits for minutes (autologout, long IDLE), and only that, side by side whatever --jobs says");
  c.add_flag("--simulated", o.simulated,
             "the embedded server in memory, without sockets and TLS: waiting takes no time");
  add_timeout(c, o.timeout);
  add_destructive(c, o.allow_destructive);
  add_spread(c, o.spread);
}

int run_check(check_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto all = data().scenarios();
  if (!all) return complain(all.error());
  if (auto const known = scenario::known_claims(*all, *requirements); !known) return complain(known.error().text);
  auto const chosen = what_is_played(std::move(*all), o);
  if (!chosen) return complain(chosen.error().text);
  std::vector<scenario::script> scripts;
  std::map<std::string, std::string> selectors;  // id -> what names just this one
  for (auto const& c : *chosen) {
    selectors.emplace(c.script.id, c.selector);
    scripts.push_back(c.script);
  }
  // What was chosen may be files that are not among them.
  if (!o.selectors.empty())
    if (auto const known = scenario::known_claims(scripts, *requirements); !known) return complain(known.error().text);
  if (!o.trace.empty())
    if (auto const can = base::can_write_in(o.trace); !can) return complain(can.error());
  run_timeout const clock(o.timeout);
  std::map<std::string, std::uint64_t> firings;
  auto const options = suite_of(o, scripts.size());
  // Two accounts each, for there are scenarios of two users.
  auto const accounts = std::max<std::size_t>(o.slow ? 2 * options.jobs : o.jobs, 16);
  auto t = find_target({o.target, o.defect, accounts, o.simulated, o.latitudes, &firings});
  if (!t) return complain(t.error().text);
  auto const known_file = o.baseline.empty() ? t->baseline : std::filesystem::path(o.baseline);
  auto const known = read_baseline(known_file, o.update_baseline);
  if (!known) return complain(known.error().text);
  auto const mail = data().mail();
  base::result<history::run_record> run = [&] {
    progress_line line(scripts.size());
    return scenario::play_all(
        *t, scripts, mail, *requirements, options, [&](auto const& r, std::size_t done) { line.step(r, done); },
        clock.interrupted());
  }();
  if (!run) return complain(run.error(), inconclusive);
  run->command = o.command;
  run->defect = o.defect;
  for (auto& r : run->results)
    r.rerun = fmt::format("mailrig check {} --target {}{} --seed {}{}{}", base::shell_word(selectors[r.id]),
                          base::shell_word(o.target), spelled(o.defect, o.latitudes), o.seed,
                          o.allow_destructive ? " --allow-destructive" : "", o.simulated ? " --simulated" : "") +
              (o.spread ? " --spread" : "");
  run->part = !o.selectors.empty() || o.slow;
  known->apply(*run, !run->part);
  report::report_context const context{*run, *requirements};
  auto const reports = write(*outputs, context);
  if (o.update_baseline) {
    auto const code =
        write_baseline(known_file, known->updated(*run, *requirements, !o.gate_new), *run, clock.interrupted());
    return reports.all ? code : undelivered(code);
  }
  if (!reports.to_stdout) write_text<report::format>(context);
  t->keeper.reset();
  for (auto const& [name, times] : firings) std::cerr << fmt::format("latitude {}: changed {} answers\n", name, times);
  return reports.all ? int(exit_code_of(*run)) : undelivered(exit_code_of(*run));
}

}  // namespace mailrig::app
