// judge_command: `mailrig judge`: yesterday's traces before today's checkers.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "app/command.hpp"
#include "app/command_options.hpp"
#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/judged_side.hpp"
#include "app/judged_trace.hpp"
#include "app/outputs.hpp"
#include "app/run_timeout.hpp"
#include "base/run_end.hpp"
#include "base/text.hpp"
#include "check/by_account.hpp"
#include "history/trace.hpp"
#include "report/format.hpp"
#include "scenario/suite.hpp"

namespace mailrig::app::judge_command {
namespace {

struct judge_options {
  std::vector<std::string> traces;
  std::vector<std::string> reports;
  std::string level = "may", side, timeout;
  std::string command;  ///< as typed, for the report
};

base::result<std::vector<std::filesystem::path>> trace_files(std::vector<std::string> const& named) {
  std::vector<std::filesystem::path> out;
  for (auto const& name : named) {
    std::error_code none;
    if (!std::filesystem::is_directory(name, none)) {
      out.emplace_back(name);
      continue;
    }
    auto const before = out.size();
    for (auto const& entry : std::filesystem::recursive_directory_iterator(name, none))
      if (entry.path().extension() == ".jsonl") out.push_back(entry.path());
    if (none) return base::fault{0, "trace", fmt::format("{} cannot be read: {}", name, none.message())};
    if (out.size() == before) return base::fault{0, "trace", fmt::format("there is no trace (*.jsonl) below {}", name)};
  }
  std::ranges::sort(out);
  out.erase(std::ranges::unique(out).begin(), out.end());
  return out;
}

/// Each has a judge of its own, and every judge its memory.
constexpr std::size_t most_accounts = 10'000;

/// A judge for each account, whose checkers the trace's header decides.
class bench {
 public:
  bench(std::string const& side, history::catalogue const& requirements) : side_(side), requirements_(requirements) {}
  /// The header, and then each line that adds to what it says is lacking.
  void begin(history::trace_header const& header) {
    if (!std::exchange(begun_, true)) checkers_ = checkers_of(side_, has_foreign_client(header));
    auto const gaps = header.find(check::gaps_key);
    if (gaps == header.end()) return;
    auto const more = check::read_gaps(gaps->second);
    lacking_.insert(lacking_.end(), more.begin(), more.end());
    for (auto const& [account, mine] : judges_) mine->lacks(more);
  }
  /// Null: there are too many.
  check::judge* of(std::string_view account) {
    if (auto const known = judges_.find(account); known != judges_.end()) return known->second.get();
    if (judges_.size() >= most_accounts) {
      left_out_ = true;
      return nullptr;
    }
    auto& mine = judges_[std::string(account)];
    mine = std::make_unique<check::judge>(checkers_, &requirements_);
    mine->lacks(lacking_);
    return mine.get();
  }
  bool left_some_out() const { return left_out_; }
  std::vector<check::judge*> judges() const {
    std::vector<check::judge*> out;
    for (auto const& [account, mine] : judges_) out.push_back(mine.get());
    return out;
  }

 private:
  std::string const& side_;
  history::catalogue const& requirements_;
  std::vector<check::checker_kind const*> checkers_;
  std::vector<check::gap> lacking_;
  bool begun_ = false, left_out_ = false;
  std::map<std::string, std::unique_ptr<check::judge>, std::less<>> judges_;
};

/// What is in the file, before today's checkers. The fault: it is no trace.
base::result<history::scenario_result> judged(std::filesystem::path const& file, history::catalogue const& requirements,
                                              std::string const& side, history::level least) {
  bench today(side, requirements);
  check::by_account each([&](std::string_view account) { return today.of(account); });
  auto const read = history::read_trace(file, each, [&](auto const& header) { today.begin(header); });
  if (!read) return read.error();
  auto r = judged_trace(today.judges(), file, read->header, read->events, read->cut_short, least);
  // A trace is judged as far as it goes; what it lacks may have been wrong.
  if (read->events == 0) r.reason = "there is no event in it";
  if (read->limited) r.reason = "it ends at the limit for traces: what came after is not in it";
  if (read->cut_short) r.reason = "it is cut short: whoever wrote it was killed, or its disk was full";
  if (today.left_some_out())
    r.reason =
        fmt::format("it has more than {} users: of the others nothing was judged; cut it by users", most_accounts);
  if (!r.reason.empty()) r.outcome = history::worse(r.outcome, history::verdict::unknown);
  return r;
}

int run_judge(judge_options const& o) {
  auto const outputs = read_outputs<report::format>(o.reports);
  if (!outputs) return complain(outputs.error());
  auto const requirements = data().requirements();
  if (!requirements) return complain(requirements.error());
  auto const least = *history::level_named(base::to_upper(o.level));
  history::run_record run;
  run.target = "traces";
  run.command = o.command;
  run.started = scenario::utc_now();
  auto const began = base::now();
  auto const files = trace_files(o.traces);
  if (!files) return complain(files.error());
  run_timeout const clock(o.timeout);
  auto const& interrupted = clock.interrupted();
  for (auto const& file : *files) {
    auto r = judged(file, *requirements, o.side, least);
    if (!r && !interrupted) return complain(r.error());
    if (!r) {
      r = history::scenario_result();
      r->id = file.stem().string();
      r->title = r->file = file.string();
      r->outcome = history::verdict::unknown;
      r->reason = base::end_words() + " before it was judged to its end";
    }
    run.results.push_back(std::move(*r));
  }
  run.took = base::now() - began;
  return deliver(*outputs, report::report_context{run, *requirements}, exit_code_of(run));
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<judge_options>();
  c.add_option("trace", o->traces, "trace files, or folders of them").required();
  add_level(c, o->level);
  add_side(c, o->side);
  add_timeout(c, o->timeout);
  add_reports<report::format>(c, o->reports);
  c.footer(
      "Examples:\n  mailrig check --trace traces/ && mailrig judge traces/\n"
      "  mailrig import client.log -o client.jsonl && mailrig judge --side client client.jsonl\n\n"
      "Exit codes: 0 clean, 1 failure, 3 inconclusive: a trace that is cut short or has no event, an interrupt, or a\n"
      "report that could not be written; 4 usage.");
  acts(c, to, o, run_judge);
}

command const this_command{"judge", 90, "Runs the checkers again on stored traces", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::judge_command
