// html: one page that opens from a file, without network: a summary, and each failure with its transcript.
#include <fmt/format.h>

#include <map>

#include "report/causes.hpp"
#include "report/html_page.hpp"
#include "report/wording.hpp"

namespace mailrig::report::html {
namespace {

using history::verdict;

/// A link to where a scenario stands on the page.
std::string link(history::scenario_result const& r) {
  return fmt::format("<a href=\"#{0}\"><code>{0}</code></a>", escaped(r.id));
}

std::string others_html(cause const& c) {
  if (c.scenarios.size() < 2) return "";
  auto out = fmt::format("<details><summary>also in {}</summary><ul class=\"others\">",
                         scenarios_text(c.scenarios.size() - 1));
  for (std::size_t i = 1; i < c.scenarios.size(); ++i)
    out += fmt::format("<li>{}{}</li>", link(*c.scenarios[i]), c.scenarios[i]->known() ? " (known)" : "");
  return out + "</ul></details>";
}

std::string finding_html(told_once const& told, history::scenario_result const& r, causes const& all,
                         report_context const& c) {
  auto const& f = *told.finding;
  auto const& cause = *all.of(f);
  auto out = fmt::format("<div class=\"finding {0}\"><p><b class=\"v {0}\">{0}</b> <code>{1}</code>{2}</p><p>{3}</p>",
                         history::name_of(f.outcome), escaped(history::finding_id(r, f)),
                         told.times > 1 ? fmt::format(" ({} times)", told.times) : "", escaped(f.text));
  if (cause.is_first(r)) {
    out += fmt::format("<p class=\"rule\">{}</p><pre>", escaped(rule_line(f, c.requirements)));
    for (auto const& line : finding_lines(f)) out += escaped(line) + "\n";
    for (auto const& line : story_lines(f, r.sessions)) out += escaped(line) + "\n";
    out += "</pre>" + others_html(cause);
  } else {
    out += "<p class=\"rule\">as in " + link(cause.first()) + "</p>";
  }
  if (auto const known = c.run.known_reasons.find(history::finding_id(r, f)); known != c.run.known_reasons.end())
    out += "<p class=\"known\">known: " + escaped(known->second) + "</p>";
  return out + "</div>";
}

std::string scenario_html(history::scenario_result const& r, causes const& all, report_context const& c) {
  auto const verdict_name = history::name_of(r.outcome);
  bool const open = r.outcome >= verdict::fail && !r.known() && !all.says_nothing_new(r);
  auto out = fmt::format(
      "<details id=\"{2}\" class=\"scenario {0}\"{1}><summary><b class=\"v {0}\">{0}</b> <code>{2}</code> "
      "<span>{3}</span><time>{4}</time></summary>",
      verdict_name, open ? " open" : "", escaped(r.id), escaped(r.title), seconds(r.took));
  if (!r.reason.empty()) out += "<p>" + escaped(r.reason) + "</p>";
  for (auto const& note : r.notes) out += "<p class=\"rule\">" + escaped(note) + "</p>";
  for (auto const& told : all.told_by(r)) out += finding_html(told, r, all, c);
  if (!r.transcript.empty()) {
    out += "<details class=\"transcript\"><summary>transcript</summary><pre>";
    for (auto const& line : transcript_lines(r)) out += escaped(line) + "\n";
    out += "</pre></details>";
  }
  if (r.outcome != verdict::pass && r.outcome != verdict::skip && !r.rerun.empty())
    out += "<p class=\"rerun\">rerun: <code>" + escaped(r.rerun) + "</code></p>";
  std::string proofs;
  for (auto const& id : r.proves) {
    auto const* row = c.requirements.find(id);
    proofs += fmt::format("<li><b>{}</b> {}</li>", escaped(id), row ? escaped(row->summary) : "");
  }
  return out + "<ul class=\"proves\">" + proofs + "</ul></details>";
}

/// What is wrong, one row each, before the scenarios that show it.
std::string causes_html(causes const& all) {
  std::string rows;
  for (auto const* c : all.by_weight()) {
    if (c->outcome < verdict::warn) continue;
    rows += fmt::format("<tr><td><b class=\"v {0}\">{0}</b></td><td>{1}{2}</td><td>{3}<br>{4}</td></tr>",
                        history::name_of(c->outcome), scenarios_text(c->scenarios.size()),
                        c->known ? fmt::format(", {} known", c->known) : "", escaped(c->what), link(c->first()));
  }
  return rows.empty() ? "" : "<section class=\"causes\"><h2>causes</h2><table>" + rows + "</table></section>";
}

std::string skipped_html(causes const& all) {
  if (all.skipped().empty()) return "";
  std::string rows;
  for (auto const& [why, which] : all.skipped()) {
    rows += fmt::format("<tr><td>{}</td><td><details><summary>{}</summary><ul class=\"others\">", escaped(why),
                        scenarios_text(which.size()));
    for (auto const* r : which) rows += fmt::format("<li>{}</li>", link(*r));
    rows += "</ul></details></td></tr>";
  }
  return "<details class=\"folder\"><summary><h2>skipped</h2> and why</summary><table>" + rows + "</table></details>";
}

void write_html(report_context const& c, std::ostream& out) {
  auto const& run = c.run;
  causes const all(run);
  std::map<std::string, std::string> folders;
  std::map<std::string, std::map<verdict, int>> counts;
  for (auto const& r : run.results) {
    auto const slash = r.id.rfind('/');
    auto const folder = r.id.substr(0, slash == r.id.npos ? 0 : slash);
    folders[folder] += scenario_html(r, all, c);
    ++counts[folder][r.outcome];
  }
  std::string tiles, sections = causes_html(all);
  for (auto v :
       {verdict::pass, verdict::fail, verdict::warn, verdict::info, verdict::unknown, verdict::error, verdict::skip})
    tiles += fmt::format("<li class=\"{0}\"><b>{1}</b> {0}</li>", history::name_of(v), run.count(v));
  for (auto const& [folder, body] : folders) {
    std::string summary;
    for (auto const& [v, n] : counts[folder])
      summary += fmt::format(" <i class=\"v {0}\">{1} {0}</i>", history::name_of(v), n);
    bool const bad = counts[folder].contains(verdict::fail) || counts[folder].contains(verdict::error);
    sections += fmt::format("<details class=\"folder\"{}><summary><h2>{}</h2>{}</summary>{}</details>",
                            bad ? " open" : "", escaped(folder), summary, body);
  }
  sections += skipped_html(all);
  std::string traits;
  for (auto const& [trait, labels] : run.traits())
    for (auto const& [label, by] : labels)
      traits += fmt::format("<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>", escaped(trait), escaped(label),
                            escaped(by.front()));
  if (!traits.empty())
    sections += "<details class=\"folder\"><summary><h2>traits</h2> choices that the RFCs leave</summary><table>" +
                traits + "</table></details>";
  for (auto const& line : exploration_lines(run)) sections += "<p class=\"explored\">" + escaped(line) + "</p>";
  for (auto const& line : run.stale) sections += "<p class=\"stale\">stale baseline line: " + escaped(line) + "</p>";
  fill_page({{"title", escaped(fmt::format("mailrig: {} {}", run.target, run.target_version))},
             {"target", escaped(fmt::format("{} {}{}", run.target, run.target_version,
                                            run.defect.empty() ? "" : " with defect " + run.defect))},
             {"facts", escaped(fmt::format("{} · {} · seed {} · {}", run.started, seconds(run.took), run.seed,
                                           counts_line(run)))},
             {"command", escaped(run.command)},
             {"tiles", tiles},
             {"body", sections}},
            out);
}

format const html{"html", "one page for people, opens without network", &write_html};
base::registrar const registered{html};

}  // namespace
}  // namespace mailrig::report::html
