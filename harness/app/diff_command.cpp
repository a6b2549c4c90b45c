// diff_command: `mailrig report diff`: has anything become slower from one load run to another?
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iostream>
#include <map>

#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/merge_command.hpp"
#include "app/outputs.hpp"
#include "base/file.hpp"
#include "load/comparison.hpp"
#include "load/exchange.hpp"
#include "load/span.hpp"

namespace mailrig::app::diff_command {
namespace {

struct diff_options {
  std::string before, after, json;
  double tolerance = 5;  ///< per cent that a percentile may be worse
};

using nlohmann::json;

struct run {
  load::tally figures;
  std::string name, validity;
  double rate = 0;
  bool interrupted = false;
  std::map<std::string, std::string> facts;  ///< of its environment
};

/// What both must have alike for their figures to be comparable; nothing of reports that do not tell.
std::map<std::string, std::string> facts_of(json const& j) {
  std::map<std::string, std::string> out;
  for (auto const* name : {"profile", "mode", "seed"})
    if (j.contains(name)) out[name] = j[name].is_string() ? j[name].get<std::string>() : j[name].dump();
  if (!j.contains("environment")) return out;
  auto const& e = j["environment"];
  for (auto const* name : {"version", "build", "compiler", "processor", "kernel", "cores", "network", "mailboxes"})
    if (e.contains(name)) out[name] = e[name].is_string() ? e[name].get<std::string>() : e[name].dump();
  if (e.contains("server"))
    for (auto const& s : e["server"])
      for (auto const* name : {"identification", "tls", "mechanism"})
        out[s.at("protocol").get<std::string>() + "." + name] = s.at(name).get<std::string>();
  return out;
}

/// Where the circumstances of the two differ: name, before, after.
std::vector<std::array<std::string, 3>> differing_facts(run const& before, run const& after) {
  std::vector<std::array<std::string, 3>> out;
  for (auto const& [name, was] : before.facts)
    if (auto const is = after.facts.find(name); is != after.facts.end() && is->second != was)
      out.push_back({name, was, is->second});
  return out;
}

base::result<run> read_run(std::string const& file) {
  auto const text = base::read_file(file);
  if (!text) return text.error();
  auto const j = json::parse(*text, nullptr, false);
  if (j.is_discarded() || !j.is_object() || !j.contains("mailrig-load"))
    return base::fault{0, file, fmt::format("{} is no JSON report of `mailrig load --report json:FILE`", file)};
  if (j["mailrig-load"] != 1)
    return base::fault{
        0, file, fmt::format("{}: version {} of the report; this program reads 1", file, j["mailrig-load"].dump())};
  try {
    run out;
    json histograms = json::object();
    for (auto const& [name, o] : j.at("operations").items()) histograms[name] = o.at("histograms");
    out.figures = load::tally_of(histograms);
    out.name =
        fmt::format("{} against {} {}, {}", j.at("profile").get<std::string>(), j.at("target").get<std::string>(),
                    j.at("target_version").get<std::string>(), j.at("started").get<std::string>());
    out.validity = j.at("validity").get<std::string>();
    if (out.validity != "VALID" && out.validity != "DEGRADED" && out.validity != "INVALID")
      return base::fault{0, file,
                         fmt::format("{}: validity is VALID, DEGRADED or INVALID, not '{}'", file, out.validity)};
    out.rate = j.at("rate").get<double>();
    out.interrupted = j.value("interrupted", false);
    out.facts = facts_of(j);
    return out;
  } catch (json::exception const& e) {
    return base::fault{0, file, fmt::format("{}: {}", file, e.what())};
  }
}

std::string amount(load::difference const& d, double v) {
  return d.figure == "errors" || d.figure == "refused" ? fmt::format("{:.3g} %", v * 100)
                                                       : load::written(base::duration(std::int64_t(v)));
}

constexpr std::string_view words[] = {"", "too few", "better", "WORSE"};

/// JSON has no infinity: what is not bounded is null.
json bound(double v) { return std::isfinite(v) ? json(v) : json(); }

int run_report_diff(diff_options const& o) {
  auto const before = read_run(o.before), after = read_run(o.after);
  if (!before) return complain(before.error().text);
  if (!after) return complain(after.error().text);
  if (auto const can = can_be_written(o.json.empty() ? "-" : o.json); !can) return complain(can.error());
  auto const all = load::compare(before->figures, after->figures, o.tolerance / 100);
  std::cout << fmt::format("before  {} ({}, {:.1f}/s)\nafter   {} ({}, {:.1f}/s)\n\n", before->name, before->validity,
                           before->rate, after->name, after->validity, after->rate);
  auto const facts = differing_facts(*before, *after);
  for (auto const& [name, was, is] : facts) std::cout << fmt::format("differs: {}: {} / {}\n", name, was, is);
  if (!facts.empty()) std::cout << '\n';
  std::cout << fmt::format("{:18} {:7} {:>10} {:>10} {:>8}\n", "operation", "figure", "before", "after", "");
  std::size_t worse = 0, better = 0, too_few = 0;
  json rows = json::array();
  for (auto const& d : all) {
    worse += d.is == load::change::worse;
    better += d.is == load::change::better;
    too_few += d.is == load::change::too_few;
    auto const by = d.before > 0 ? fmt::format("{:+.1f} %", (d.after / d.before - 1) * 100) : "";
    if (d.figure != "errors" || d.before != d.after)
      std::cout << fmt::format("{:18} {:7} {:>10} {:>10} {:>9}  {}\n", d.kind, d.figure, amount(d, d.before),
                               amount(d, d.after), by, words[std::size_t(d.is)]);
    rows.push_back({{"operation", d.kind},
                    {"figure", d.figure},
                    {"before", d.before},
                    {"after", d.after},
                    {"before_99", {bound(d.before_low), bound(d.before_high)}},
                    {"after_99", {bound(d.after_low), bound(d.after_high)}},
                    {"change", load::name_of(d.is)}});
  }
  std::cout << fmt::format(
      "\n{} worse, {} better, {} of too few samples to tell, of {}: beyond {:.3g} % and beyond chance "
      "(99 % intervals that do not overlap)\n",
      worse, better, too_few, all.size(), o.tolerance);
  json lone = json::object(), differs = json::array();
  auto const apart = load::not_in_both(before->figures, after->figures);
  for (auto const& [name, where] : apart) {
    std::cout << fmt::format("{}: {}\n", name, where);
    lone[name] = where;
  }
  for (auto const& [name, was, is] : facts) differs.push_back({{"what", name}, {"before", was}, {"after", is}});
  bool const measured = before->figures.operations() > 0 && after->figures.operations() > 0 && !all.empty();
  bool const valid = measured && before->validity != "INVALID" && after->validity != "INVALID";
  if (!measured)
    std::cout << "nothing was measured in both: this says nothing\n";
  else if (!valid)
    std::cout << "one of the runs is no valid measurement: this says nothing\n";
  bool const whole = !before->interrupted && !after->interrupted;
  if (!whole) std::cout << "not complete: one of the runs was interrupted\n";
  json const out = {{"mailrig-diff", 1},   {"before", o.before}, {"after", o.after}, {"worse", worse},
                    {"better", better},    {"too_few", too_few}, {"valid", valid},   {"complete", whole},
                    {"not_in_both", lone}, {"differs", differs}, {"rows", rows}};
  int const code = !valid ? invalid_measurement : worse > 0 ? failure : whole ? clean : inconclusive;
  if (!o.json.empty() && !write_file(o.json, [&](std::ostream& to) { to << out.dump(1) << '\n'; }))
    return undelivered(code);
  return code;
}

void declare(options& c, invocation& to) {
  auto o = std::make_shared<diff_options>();
  auto diff = c.add_subcommand("diff", "Sets two runs side by side: has anything become slower?");
  diff.add_option("before", o->before, "JSON report of `mailrig load`").required().existing_file();
  diff.add_option("after", o->after, "another").required().existing_file();
  diff.add_option("--tolerance", o->tolerance, "per cent that a percentile may be worse")
      .within(0.0, 1000.0)
      .shows_default();
  diff.add_option("--json", o->json, "file to write too");
  diff.footer(
      "A figure counts as worse when it is beyond the tolerance and the two 99 % confidence intervals do not overlap "
      "(order\n"
      "statistics of both runs' histograms; of shares, Wilson's). One that so few samples do not carry decides "
      "nothing:\n"
      "\"too few\". What differs in the circumstances of the runs (machine, TLS, mailboxes ...) is told first.\nExit "
      "codes: 0 no regression, 1 regression, 3 none, but one of "
      "the runs was interrupted, or --json could not be written, 4 usage, 5 one of the runs is no valid measurement.");
  acts(diff, to, o, run_report_diff);
  declare_report_merge(c, to);
}

command const this_command{"report", 60, "Works on reports of load runs", declare};
base::registrar const registered{this_command};

}  // namespace
}  // namespace mailrig::app::diff_command
