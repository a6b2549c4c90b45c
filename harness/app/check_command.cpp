// check_command: see check_command.hpp.
#include "app/check_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <map>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/interrupts.hpp"
#include "app/outputs.hpp"
#include "app/selection.hpp"
#include "app/target_choice.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "report/baseline.hpp"
#include "report/format.hpp"
#include "report/wording.hpp"
#include "scenario/claims.hpp"
#include "scenario/collection.hpp"
#include "scenario/server_process.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app {
namespace {

/// A line on the terminal that is overwritten; nothing in a pipe.
class progress_line {
 public:
  explicit progress_line(std::size_t total) : total_(total), shown_(isatty(STDERR_FILENO) != 0) {}
  ~progress_line() {
    if (shown_) std::cerr << "\r\033[K" << std::flush;
  }
  void step(history::scenario_result const& r, std::size_t done) {
    if (!shown_) return;
    if (r.outcome == history::verdict::fail || r.outcome == history::verdict::error) ++bad_;
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
  if (may_be_missing && !std::filesystem::exists(file, none)) return report::baseline();
  auto read = report::baseline::read(file);
  if (!read && !read.error().offset)
    return base::fault{0, "--baseline", fmt::format("baseline {} cannot be read", file.string())};
  return read;
}

int write_baseline(std::filesystem::path const& file, std::string const& text, history::run_record const& run) {
  if (!write_file(file.string(), [&](std::ostream& out) { out << text; })) return usage;
  std::cout << fmt::format("{}: written after {}; read the new lines' reasons before you commit it\n", file.string(),
                           report::counts_line(run));
  return run.count(history::verdict::error) ? inconclusive : clean;
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

void declare(CLI::App& c, invocation& to) {
  auto o = std::make_shared<check_options>();
  add_run_options(c, *o);
  add_level(c, o->level);
  c.add_option("--trace", o->trace, "folder for the events of each scenario, for `mailrig judge`");
  c.add_flag("--fail-fast", o->fail_fast, "start nothing new after the first failure");
  c.footer(check_footer);
  acts(c, to, o, run_check);
}

command const this_command{"check", 10, "Plays scenarios against a server and judges every octet", declare};
base::registrar const registered{this_command};

}  // namespace

void add_run_options(CLI::App& c, check_options& o) {
  c.add_option(
      "selector", o.selectors,
      "a file or folder that exists; else scenario id, folder of ids, glob, requirement (RFC3501-7.4.1-05), RFC "
      "section, or tag. What is tagged big is left out unless its id, its file or `big` is given");
  add_server(c, o.target, o.defect, o.latitudes);
  c.add_option("-j,--jobs", o.jobs, "scenarios side by side, each on an account of its own")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  add_seed(c, o.seed);
  add_reports<report::format>(c, o.reports);
  c.add_option("--baseline", o.baseline, "file of known failures: 'scenario#rule reason' lines");
  add_destructive(c, o.allow_destructive);
}

int run_check(check_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto all = data().scenarios();
  if (!all) return complain(all.error());
  if (auto const known = scenario::known_claims(*all, *requirements); !known) return complain(known.error().text);
  auto const chosen = select_scenarios(std::move(*all), o.selectors);
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
  std::map<std::string, std::uint64_t> firings;
  auto t = find_target({o.target, o.defect, std::max<std::size_t>(o.jobs, 16), false, o.latitudes, &firings});
  if (!t) return complain(t.error().text);
  auto const known_file = o.baseline.empty() ? t->baseline : std::filesystem::path(o.baseline);
  auto const known = read_baseline(known_file, o.update_baseline);
  if (!known) return complain(known.error().text);

  auto const& interrupted = catch_interrupts();
  scenario::suite_options options;
  options.jobs = o.jobs;
  options.seed = o.seed;
  options.least = *history::level_named(base::to_upper(o.level));
  options.fail_fast = o.fail_fast;
  options.allow_destructive = o.allow_destructive;
  options.trace_folder = o.trace;
  auto const mail = data().mail();
  base::result<history::run_record> run = [&] {
    progress_line line(scripts.size());
    return scenario::play_all(
        *t, scripts, mail, *requirements, options, [&](auto const& r, std::size_t done) { line.step(r, done); },
        interrupted);
  }();
  if (!run) {
    std::cerr << "mailrig: " << run.error().text << '\n';
    return inconclusive;
  }
  run->command = o.command;
  run->defect = o.defect;
  for (auto& r : run->results)
    r.rerun = fmt::format("mailrig check {} --target {}{} --seed {}{}", base::shell_word(selectors[r.id]),
                          base::shell_word(o.target), spelled(o.defect, o.latitudes), o.seed,
                          o.allow_destructive ? " --allow-destructive" : "");
  known->apply(*run, o.selectors.empty());
  report::report_context const context{*run, *requirements};
  auto const reports = write(*outputs, context);
  if (o.update_baseline) return write_baseline(known_file, known->updated(*run, *requirements, !o.gate_new), *run);
  if (!reports.to_stdout) write_text<report::format>(context);
  t->keeper.reset();
  for (auto const& [name, times] : firings) std::cerr << fmt::format("latitude {}: changed {} answers\n", name, times);
  return reports.all ? exit_code_of(*run) : int(inconclusive);
}

}  // namespace mailrig::app
