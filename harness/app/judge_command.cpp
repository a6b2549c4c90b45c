// judge_command: `mailrig judge`: yesterday's traces before today's checkers.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/outputs.hpp"
#include "base/shell_word.hpp"
#include "base/text.hpp"
#include "check/judge.hpp"
#include "history/trace.hpp"
#include "report/format.hpp"

namespace mailrig::app {
namespace {

struct judge_options {
  std::vector<std::string> traces;
  std::string level = "may";
};

std::vector<std::filesystem::path> trace_files(std::vector<std::string> const& named) {
  std::vector<std::filesystem::path> out;
  for (auto const& name : named) {
    std::error_code none;
    if (!std::filesystem::is_directory(name, none)) {
      out.emplace_back(name);
      continue;
    }
    for (auto const& entry : std::filesystem::recursive_directory_iterator(name, none))
      if (entry.path().extension() == ".jsonl") out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

int run_judge(judge_options const& o) {
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const least = *history::level_named(base::to_upper(o.level));
  history::run_record run;
  run.target = "traces";
  for (auto const& file : trace_files(o.traces)) {
    check::judge judge(base::registry<check::checker_kind>::all(), &*requirements);
    auto const read = history::read_trace(file, judge);
    if (!read) return complain(fmt::format("{}: {}", read.error().rule, read.error().text));
    history::scenario_result r;
    auto const scenario = read->header.find("scenario");
    r.id = scenario == read->header.end() ? file.stem().string() : scenario->second;
    r.title = fmt::format("{}: {} events{}", file.string(), read->events, read->cut_short ? ", cut short" : "");
    r.file = file.string();
    r.rerun = fmt::format("mailrig judge {}", base::shell_word(file.string()));
    r.outcome = read->events == 0 ? history::verdict::skip : history::verdict::pass;
    r.notes = check::notes_of(judge, {});
    for (auto& f : judge.take_findings()) {
      if (f.weight > least) continue;
      r.outcome = history::worse(r.outcome, f.outcome);
      r.findings.push_back(std::move(f));
    }
    run.results.push_back(std::move(r));
  }
  write_text<report::format>(report::report_context{run, *requirements});
  return exit_code_of(run);
}

void declare(CLI::App& c, invocation& to) {
  auto o = std::make_shared<judge_options>();
  c.add_option("trace", o->traces, "trace files, or folders of them")->required();
  add_level(c, o->level);
  c.footer("Example:\n  mailrig check --trace traces/ && mailrig judge traces/");
  acts(c, to, o, run_judge);
}

command const this_command{"judge", 90, "Runs the checkers again on stored traces", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app
