// matrix: see matrix.hpp.
#include "report/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/text.hpp"
#include "report/html_page.hpp"
#include "report/wording.hpp"

namespace mailrig::report {

using nlohmann::json;

std::size_t server_run::count(std::string_view verdict) const {
  return std::size_t(std::ranges::count(scenarios, verdict, &scenario::verdict));
}

namespace {

bool is_verdict(std::string_view name) {
  using history::verdict;
  constexpr verdict all[] = {verdict::skip,    verdict::pass, verdict::info, verdict::warn,
                             verdict::unknown, verdict::fail, verdict::error};
  return std::ranges::any_of(all, [&](verdict v) { return history::name_of(v) == name; });
}

server_run::scenario scenario_from(json const& j) {
  server_run::scenario s;
  s.id = j.at("id");
  s.title = j.at("title");
  s.verdict = j.at("verdict");
  s.reason = j.value("reason", "");
  s.proves = j.at("proves").get<std::vector<std::string>>();
  for (auto const& f : j.at("findings"))
    s.findings.push_back({f.at("id"), f.at("level"), f.at("requirement"), f.at("text"), f.value("known", "")});
  if (j.contains("transcript")) s.transcript = j["transcript"].get<std::vector<std::string>>();
  return s;
}

/// What is described is broken like what must be.
bool fails(server_run::finding const& f) { return f.level == "MUST" || f.level == "PROSE"; }

/// RFC and section in an order that people expect: 1939 before 3501, §6.3 before §6.10.
struct section_order {
  static std::vector<std::uint64_t> numbers(std::string const& text) {
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i < text.size();) {
      auto end = i;
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
      if (end > i) out.push_back(base::number(std::string_view(text).substr(i, end - i)).value_or(0));
      i = end + (end == i);
    }
    return out;
  }
  bool operator()(std::string const& a, std::string const& b) const {
    auto const x = numbers(a), y = numbers(b);
    return x != y ? x < y : a < b;
  }
};

/// What one server did in one row of a section.
struct outcome {
  std::string verdict;   ///< empty: not there
  std::string scenario;  ///< whose failure stands behind it
};
/// A section's rows: its scenarios by id, and checkers that found something of it elsewhere, by "checker.rule".
struct section {
  std::map<std::string, std::vector<outcome>> rows;
  std::vector<std::string> requirements;
};
using sections = std::map<std::string, section, section_order>;

/// A scenario fails in its own section by what it expected, or by a finding of that section; what a checker saw on the
/// way counts where the rule belongs.
bool of_section(server_run::finding const& f, server_run::scenario const& s, std::string const& section) {
  auto const rule = f.id.substr(std::min(f.id.find('#'), f.id.size()));
  return rule.starts_with("#expect") || rule == "#prepare" || rule.starts_with("#server") ||
         rule.starts_with("#trait") || history::citation(f.requirement) == section ||
         std::ranges::find(s.proves, f.requirement) != s.proves.end();
}

sections gather(std::vector<server_run> const& runs) {
  sections out;
  auto cell = [&](std::string const& section, std::string const& row, std::size_t r) -> outcome& {
    auto& cells = out[section].rows[row];
    cells.resize(runs.size());
    return cells[r];
  };
  for (std::size_t r = 0; r < runs.size(); ++r)
    for (auto const& s : runs[r].scenarios) {
      if (s.proves.empty()) continue;
      auto const home = history::citation(s.proves.front());
      bool const failing = s.verdict == "fail" || s.verdict == "warn" || s.verdict == "info";
      bool here = s.findings.empty();
      for (auto const& f : s.findings) {
        if (of_section(f, s, home)) {
          here = true;
          continue;
        }
        auto& elsewhere = cell(history::citation(f.requirement), f.id.substr(f.id.find('#') + 1), r);
        if (elsewhere.verdict.empty()) elsewhere = {fails(f) ? "fail" : "warn", s.id};
      }
      cell(home, s.id, r) = {failing && !here ? "pass" : s.verdict, s.findings.empty() ? "" : s.id};
      for (auto const& id : s.proves)
        if (auto& known = out[home].requirements; std::ranges::find(known, id) == known.end()) known.push_back(id);
    }
  return out;
}

/// "12" all pass, "10/12" some do not, "-" none was played.
struct cell {
  std::size_t played = 0, passed = 0;
  bool failed = false;
};
cell count(section const& s, std::size_t server) {
  cell c;
  for (auto const& [id, row] : s.rows) {
    auto const& verdict = row[server].verdict;
    if (verdict.empty() || verdict == "skip") continue;
    ++c.played;
    c.passed += verdict == "pass" || verdict == "info";
    c.failed = c.failed || verdict == "fail" || verdict == "error";
  }
  return c;
}
std::string shown(cell const& c) {
  if (c.played == 0) return "-";
  return c.passed == c.played ? fmt::format("{}", c.played) : fmt::format("{}/{}", c.passed, c.played);
}

std::map<std::string, std::vector<std::string>> traits_of(std::vector<server_run> const& runs) {
  std::map<std::string, std::vector<std::string>> out;
  for (std::size_t r = 0; r < runs.size(); ++r)
    for (auto const& [trait, label] : runs[r].traits) {
      auto& row = out[trait];
      row.resize(runs.size());
      row[r] = label;
    }
  return out;
}

std::string escaped_cell(std::string text) {
  for (auto at = text.find('|'); at != text.npos; at = text.find('|', at + 2)) text.replace(at, 1, "\\|");
  return text;
}

// --- HTML ------------------------------------------------------------------------------------------------------------

std::string anchor(std::string_view a, std::string_view b) { return fmt::format("{}--{}", a, b); }

/// Variants fail by what the scenario fails by; its transcript stands for them.
std::string plain(std::string const& id) { return id.substr(0, id.find('~')); }

std::string section_html(std::string const& name, section const& s, std::vector<server_run> const& runs,
                         history::catalogue const& requirements) {
  auto out = fmt::format("<details class=\"folder\"><summary><h2>{}</h2>", escaped(name));
  for (std::size_t r = 0; r < runs.size(); ++r) {
    auto const c = count(s, r);
    out += fmt::format(" <i class=\"v {}\">{} {}</i>",
                       c.played == 0         ? "skip"
                       : c.failed            ? "fail"
                       : c.passed < c.played ? "warn"
                                             : "pass",
                       escaped(runs[r].name), shown(c));
  }
  out += "</summary><ul class=\"proves\">";
  for (auto const& id : s.requirements) {
    auto const* row = requirements.find(id);
    out += fmt::format("<li><b>{}</b> {}: {}</li>", escaped(id), row ? row->keyword : "",
                       row ? escaped(row->summary) : "");
  }
  out += "</ul><table>";
  for (auto const& [id, row] : s.rows) {
    out += fmt::format("<tr><td><code>{}</code></td>", escaped(id));
    for (std::size_t r = 0; r < runs.size(); ++r) {
      auto const& [verdict, scenario] = row[r];
      if (verdict.empty() || scenario.empty() || verdict == "pass")
        out += fmt::format("<td class=\"v {0}\">{0}</td>", verdict);
      else
        out += fmt::format("<td class=\"v {0}\"><a href=\"#{1}\">{0}</a></td>", verdict,
                           escaped(anchor(runs[r].name, plain(scenario))));
    }
    out += "</tr>";
  }
  return out + "</table></details>";
}

std::string failure_html(server_run const& run, server_run::scenario const& s) {
  constexpr std::size_t last_lines = 14;
  auto out = fmt::format(
      "<details class=\"scenario\" id=\"{}\"><summary><b class=\"v {}\">{}</b> <code>{}</code> "
      "<span>{}</span></summary>",
      escaped(anchor(run.name, s.id)), s.verdict, s.verdict, escaped(s.id), escaped(s.title));
  for (auto const& f : s.findings)
    out += fmt::format("<p><b>{}</b> {}: {}{}</p>", f.level, escaped(history::citation(f.requirement)), escaped(f.text),
                       f.known.empty() ? "" : "<br><span class=\"known\">" + escaped(f.known) + "</span>");
  if (!s.transcript.empty()) {
    out += "<pre>";
    for (auto i = s.transcript.size() > last_lines ? s.transcript.size() - last_lines : 0; i < s.transcript.size(); ++i)
      out += escaped(s.transcript[i].substr(0, 240)) + "\n";
    out += "</pre>";
  }
  return out + "</details>";
}

std::string server_html(server_run const& run) {
  std::map<std::string, std::size_t> levels;
  std::string failures;
  for (auto const& s : run.scenarios) {
    for (auto const& f : s.findings) ++levels[f.level];
    if (!s.findings.empty() && s.id.find('~') == s.id.npos) failures += failure_html(run, s);
  }
  auto out = fmt::format("<details class=\"folder\" id=\"{}\"><summary><h2>{} {}</h2>", escaped(run.name),
                         escaped(run.name), escaped(run.version));
  for (auto const& [level, n] : levels) out += fmt::format(" <i class=\"v\">{} {}</i>", n, level);
  out += "</summary>";
  for (auto const& [what, list] : {std::pair("IMAP", &run.imap), std::pair("POP3", &run.pop3)}) {
    if (list->empty()) continue;
    std::string names;
    for (auto const& c : *list) names += " " + c;
    out += fmt::format("<p>{}:<code>{}</code></p>", what, escaped(names));
  }
  for (auto const& [trait, label] : run.traits)
    out += fmt::format("<p class=\"rule\">{}: <b>{}</b></p>", escaped(trait), escaped(label));
  return out + fmt::format("<p class=\"rerun\"><code>{}</code></p>{}</details>", escaped(run.command), failures);
}

}  // namespace

base::result<server_run> read_run(std::filesystem::path const& file) {
  auto const text = base::read_file(file);
  if (!text) return text.error();
  auto const j = json::parse(*text, nullptr, false);
  if (j.is_discarded() || !j.is_object() || !j.contains("mailrig-run"))
    return base::fault{0, file.string(),
                       fmt::format("{} is no JSON report of `mailrig check --report json:FILE`", file.string())};
  auto const wrong = [&](std::string const& what) {
    return base::fault{0, file.string(), fmt::format("{}: {}", file.string(), what)};
  };
  if (j["mailrig-run"] != 1)
    return wrong(fmt::format("version {} of the report; this program reads 1", j["mailrig-run"].dump()));
  try {
    server_run out;
    out.name = j.at("target");
    out.version = j.at("target_version");
    out.command = j.at("command");
    out.started = j.at("started");
    if (j.contains("capabilities")) {
      out.imap = j["capabilities"].value("imap", std::vector<std::string>());
      out.pop3 = j["capabilities"].value("pop3", std::vector<std::string>());
    }
    for (auto const& s : j.at("scenarios")) {
      out.scenarios.push_back(scenario_from(s));
      if (auto const& one = out.scenarios.back(); !is_verdict(one.verdict))
        return wrong(fmt::format("{} has the verdict '{}', which is none", one.id, one.verdict));
      for (auto const& [trait, label] : s.value("traits", std::map<std::string, std::string>())) {
        auto& known = out.traits[trait];
        if (known.find(label) == known.npos) known += (known.empty() ? "" : "/") + label;
      }
    }
    if (out.scenarios.empty()) return wrong("there is no scenario in it");
    auto const left = std::ranges::count_if(out.scenarios, [](auto const& s) {
      return s.reason.starts_with("interrupted") || s.reason.starts_with("not played: ") ||
             s.reason.starts_with("the time of --timeout ");
    });
    if (left > 0) out.cut_short = fmt::format("{} of {} scenarios were not played", left, out.scenarios.size());
    return out;
  } catch (json::exception const& e) {
    return base::fault{0, file.string(), fmt::format("{}: {}", file.string(), e.what())};
  }
}

void write_markdown(std::vector<server_run> const& runs, history::catalogue const& requirements,
                    std::string const& command, std::ostream& out) {
  out << "# Servers against RFC sections\n\nA number: so many scenarios were played and all passed; a/b: a of b "
         "passed; -: "
         "nothing there applies.\nMade by `"
      << command << "`.\n\n|  |";
  for (auto const& r : runs) out << ' ' << r.name << " |";
  out << "\n|---|";
  for (std::size_t i = 0; i < runs.size(); ++i) out << "---|";
  auto row = [&](std::string const& name, auto const& value) {
    out << "\n| " << name << " |";
    for (auto const& r : runs) out << ' ' << value(r) << " |";
  };
  row("version", [](auto const& r) { return escaped_cell(r.version); });
  for (auto const* v : {"pass", "info", "warn", "fail", "unknown", "error", "skip"})
    row(v, [&](auto const& r) { return fmt::format("{}", r.count(v)); });
  if (std::ranges::any_of(runs, [](auto const& r) { return !r.cut_short.empty(); }))
    row("not complete", [](auto const& r) { return escaped_cell(r.cut_short); });
  std::string rfc;
  for (auto const& [name, s] : gather(runs)) {
    auto const of = name.substr(0, name.find(" §"));
    if (of != rfc) out << "\n| **" << (rfc = of) << "** |" << std::string(runs.size(), '|');
    out << "\n| " << name << " |";
    for (std::size_t r = 0; r < runs.size(); ++r) out << ' ' << shown(count(s, r)) << " |";
  }
  out << "\n\n## Traits: choices that the RFCs leave\n\n| trait |";
  for (auto const& r : runs) out << ' ' << r.name << " |";
  out << "\n|---|";
  for (std::size_t i = 0; i < runs.size(); ++i) out << "---|";
  for (auto const& [trait, labels] : traits_of(runs)) {
    out << "\n| " << trait << " |";
    for (auto const& l : labels) out << ' ' << (l.empty() ? "-" : l) << " |";
  }
  out << "\n\n## What each server breaks\n";
  for (auto const& r : runs) {
    std::map<std::string, std::size_t, section_order> broken;
    for (auto const& s : r.scenarios)
      for (auto const& f : s.findings)
        if (fails(f) && s.id.find('~') == s.id.npos) ++broken[f.requirement];
    out << "\n### " << r.name << "\n\n";
    for (auto const& [id, n] : broken) {
      auto const* row_of = requirements.find(id);
      out << "- " << id << (row_of ? ", " + row_of->keyword + ": " + row_of->summary : "") << " (" << n << ")\n";
    }
    if (broken.empty()) out << "nothing\n";
  }
}

void write_matrix_html(std::vector<server_run> const& runs, history::catalogue const& requirements,
                       std::string const& command, std::ostream& out) {
  std::string tiles, body;
  for (auto const& r : runs)
    tiles += fmt::format("<li class=\"{}\"><b>{}</b> <a href=\"#{}\">{}</a><br>{} fail, {} warn</li>",
                         r.count("fail") ? "fail" : "pass", r.count("pass"), escaped(r.name), escaped(r.name),
                         r.count("fail"), r.count("warn"));
  for (auto const& [name, s] : gather(runs)) body += section_html(name, s, runs, requirements);
  body += "<h1>Traits</h1><table><tr><td></td>";
  for (auto const& r : runs) body += fmt::format("<td><b>{}</b></td>", escaped(r.name));
  body += "</tr>";
  for (auto const& [trait, labels] : traits_of(runs)) {
    body += fmt::format("<tr><td>{}</td>", escaped(trait));
    for (auto const& l : labels) body += fmt::format("<td>{}</td>", escaped(l));
    body += "</tr>";
  }
  body += "</table><h1>Servers</h1>";
  for (auto const& r : runs)
    if (!r.cut_short.empty())
      body +=
          fmt::format("<p class=\"stale\"><b>{} is not complete</b>: {}</p>", escaped(r.name), escaped(r.cut_short));
  for (auto const& r : runs) body += server_html(r);
  fill_page({{"title", "mailrig: servers against RFC sections"},
             {"target", "Servers against RFC sections"},
             {"facts", runs.empty() ? "" : escaped(runs.front().started)},
             {"command", escaped(command)},
             {"tiles", tiles},
             {"body", body}},
            out);
}

}  // namespace mailrig::report
