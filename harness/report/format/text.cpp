// text: the report for a terminal, a log or a mail.
#include <fmt/format.h>

#include "report/wording.hpp"

namespace mailrig::report {
namespace {

void write_text(report_context const& c, std::ostream& out) {
  auto const& run = c.run;
  for (auto const& r : run.results) {
    using history::verdict;
    if (r.outcome == verdict::pass || r.outcome == verdict::skip) continue;
    out << fmt::format("{}  {}{}\n    {}\n", history::name_of(r.outcome), r.id, standing_note(r), r.title);
    if (!r.reason.empty()) out << fmt::format("    {}\n", r.reason);
    for (auto const& f : r.findings) {
      out << fmt::format("\n    {}  {}{}\n    {}\n    {}\n", history::name_of(f.outcome), history::finding_id(r, f),
                         f.times > 1 ? fmt::format("  ({} times)", f.times) : "", f.text, rule_line(f, c.requirements));
      for (auto const& line : finding_lines(f)) out << "    " << line << '\n';
      for (auto const& line : story_lines(f, r.sessions)) out << "    " << line << '\n';
      if (f.line) out << fmt::format("    at:       {}:{}\n", r.file, f.line);
      if (auto const known = run.known_reasons.find(history::finding_id(r, f)); known != run.known_reasons.end())
        out << fmt::format("    known:    {}\n", known->second);
    }
    if (!r.known() && r.outcome >= verdict::warn) {
      out << "\n";
      for (auto const& line : transcript_lines(r)) out << "    " << line << '\n';
    }
    if (!r.rerun.empty()) out << fmt::format("\n    rerun:    {}\n", r.rerun);
    out << '\n';
  }
  if (auto const n = run.traits().size())
    out << fmt::format("{} traits recorded; the HTML and JSON reports list them\n", n);
  for (auto const& line : run.stale) out << fmt::format("stale baseline line: {}\n", line);
  out << fmt::format(
      "{}{}{}: {} in {}, seed {}\n", run.target, run.target_version.empty() ? "" : " " + run.target_version,
      run.defect.empty() ? "" : " with defect " + run.defect, counts_line(run), seconds(run.took), run.seed);
}

format const text{"text", "for people, in a terminal or a log", &write_text};
base::registrar const registered{text};

}  // namespace
}  // namespace mailrig::report
