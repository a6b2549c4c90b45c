// text: the report for a terminal, a log or a mail.
#include <fmt/format.h>

#include <algorithm>

#include "report/causes.hpp"
#include "report/wording.hpp"

namespace mailrig::report::text {
namespace {

/// Ids of the scenarios that show the same, some a line.
void write_others(cause const& c, history::run_record const& run, std::ostream& out) {
  constexpr std::size_t most = 30;
  if (c.scenarios.size() < 2 || (c.scenarios.size() > most && c.scenarios.size() == run.results.size())) return;
  auto const shown = std::min(c.scenarios.size() - 1, most);
  for (std::size_t i = 1; i <= shown; ++i)
    out << fmt::format("    {}{}{}\n", i == 1 ? "also in:  " : "          ", c.scenarios[i]->id,
                       c.scenarios[i]->known() ? "  (known)" : "");
  if (c.scenarios.size() - 1 > shown)
    out << fmt::format("              and {} more, which the JSON report names\n", c.scenarios.size() - 1 - shown);
}

/// The baseline's words for a finding that it knows.
void write_known(history::scenario_result const& r, history::finding const& f, history::run_record const& run,
                 std::ostream& out) {
  if (auto const known = run.known_reasons.find(history::finding_id(r, f)); known != run.known_reasons.end())
    out << fmt::format("    known:    {}\n", known->second);
}

void write_finding(told_once const& told, history::scenario_result const& r, causes const& all, report_context const& c,
                   std::ostream& out) {
  auto const& f = *told.finding;
  auto const& cause = *all.of(f);
  auto const id = history::finding_id(r, f);
  auto const times = told.times > 1 ? fmt::format("  ({} times)", told.times) : "";
  if (!cause.is_first(r)) {
    out << fmt::format("\n    {}  {}{}\n    {}: as in {}\n", history::name_of(f.outcome), id, times, f.text,
                       cause.first().id);
    write_known(r, f, c.run, out);
    return;
  }
  auto const in = cause.scenarios.size() > 1 ? fmt::format("  in {}", scenarios_text(cause.scenarios.size())) : "";
  out << fmt::format("\n    {}  {}{}{}\n    {}\n    {}\n", history::name_of(f.outcome), id, times, in, f.text,
                     rule_line(f, c.requirements));
  for (auto const& line : finding_lines(f)) out << "    " << line << '\n';
  for (auto const& line : story_lines(f, r.sessions)) out << "    " << line << '\n';
  if (f.line) out << fmt::format("    at:       {}:{}\n", r.file, f.line);
  write_known(r, f, c.run, out);
  write_others(cause, c.run, out);
}

void write_scenario(history::scenario_result const& r, causes const& all, report_context const& c, std::ostream& out) {
  out << fmt::format("{}  {}{}\n    {}\n", history::name_of(r.outcome), r.id, standing_note(r), r.title);
  auto const* why = all.of(r);
  if (why && why->is_first(r) && why->scenarios.size() > 1) {
    out << fmt::format("    {} {}\n", scenarios_text(why->scenarios.size()), r.reason);
    write_others(*why, c.run, out);
  } else if (!r.reason.empty()) {
    out << fmt::format("    {}\n", r.reason);
  }
  for (auto const& note : r.notes) out << fmt::format("    note:     {}\n", note);
  for (auto const& told : all.told_by(r)) write_finding(told, r, all, c, out);
  if (!r.known() && r.outcome >= history::verdict::warn && !r.transcript.empty()) {
    out << "\n";
    for (auto const& line : transcript_lines(r)) out << "    " << line << '\n';
  }
  if (!r.rerun.empty()) out << fmt::format("\n    rerun:    {}\n", r.rerun);
  out << '\n';
}

/// What is wrong, one line each, where it would else have to be gathered from the pages above.
void write_causes(causes const& all, history::run_record const& run, std::ostream& out) {
  auto const list = all.by_weight();
  auto const told = [](cause const* c) { return c->outcome >= history::verdict::warn; };
  auto const n = std::size_t(std::ranges::count_if(list, told));
  if (n == 0 || (n == 1 && list.front()->scenarios.size() == 1)) return;
  out << fmt::format("{} cause{}:\n", n, n == 1 ? "" : "s");
  for (auto const* c : list) {
    if (!told(c)) continue;
    auto const known = c->known == 0                     ? std::string()
                       : c->known == c->scenarios.size() ? std::string(" (known)")
                                                         : fmt::format(" ({} known)", c->known);
    out << fmt::format("  {:7} {:>13}{}  {}\n", history::name_of(c->outcome), scenarios_text(c->scenarios.size()),
                       known, c->what.size() > 160 ? c->what.substr(0, 157) + "..." : c->what);
    if (c->known > 0 && c->finding) write_known(c->first(), *c->finding, run, out);
  }
}

void write_skipped(causes const& all, history::run_record const& run, std::ostream& out) {
  if (all.skipped().empty()) return;
  out << fmt::format("skipped {}:\n", scenarios_text(run.count(history::verdict::skip)));
  for (auto const& [why, which] : all.skipped())
    out << fmt::format("  {:>7}  {}{}\n", which.size(), why.empty() ? "no reason was recorded" : why,
                       which.size() == 1 ? ": " + which.front()->id : "");
}

void write_text(report_context const& c, std::ostream& out) {
  auto const& run = c.run;
  causes const all(run);
  for (auto const& r : run.results) {
    using history::verdict;
    if (r.outcome == verdict::pass || r.outcome == verdict::skip || all.says_nothing_new(r)) continue;
    write_scenario(r, all, c, out);
  }
  write_skipped(all, run, out);
  write_causes(all, run, out);
  if (auto const n = run.traits().size())
    out << fmt::format("{} traits recorded; the HTML and JSON reports list them\n", n);
  for (auto const& line : exploration_lines(run)) out << line << '\n';
  for (auto const& line : run.stale) out << fmt::format("stale baseline line: {}\n", line);
  out << fmt::format(
      "{}{}{}: {} in {}, seed {}\n", run.target, run.target_version.empty() ? "" : " " + run.target_version,
      run.defect.empty() ? "" : " with defect " + run.defect, counts_line(run), seconds(run.took), run.seed);
}

format const text{"text", "for people, in a terminal or a log", &write_text};
base::registrar const registered{text};

}  // namespace
}  // namespace mailrig::report::text
