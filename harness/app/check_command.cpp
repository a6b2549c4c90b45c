// check_command: `mailrig check`.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <map>

#include "app/commands.hpp"
#include "app/exit_code.hpp"
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
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out.good()) return complain(fmt::format("{} cannot be written", file.string()));
  std::cout << fmt::format("{}: written after {}; read the new lines' reasons before you commit it\n", file.string(),
                           report::counts_line(run));
  return run.count(history::verdict::error) ? inconclusive : clean;
}

}  // namespace

int run_check(check_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error().text);
  auto const data = data_folder();
  auto const requirements = history::catalogue::read(data / "scenarios/requirements.tsv");
  if (!requirements) return complain(requirements.error().rule + ": " + requirements.error().text);
  auto all = scenario::read_collection(data / "scenarios");
  if (!all) return complain(all.error().text);
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
  scenario::mailroom const mail(data / "fixtures/mail");
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
  bool written = true;
  bool to_stdout = false;
  for (auto const& out : *outputs) {
    to_stdout = to_stdout || out.file == "-";
    written = write(out, context) && written;
  }
  if (o.update_baseline) return write_baseline(known_file, known->updated(*run, *requirements, !o.gate_new), *run);
  if (!to_stdout) base::registry<report::format>::find("text")->write(context, std::cout);
  t->keeper.reset();
  for (auto const& [name, times] : firings) std::cerr << fmt::format("latitude {}: changed {} answers\n", name, times);
  return written ? exit_code_of(*run) : int(inconclusive);
}

}  // namespace mailrig::app
