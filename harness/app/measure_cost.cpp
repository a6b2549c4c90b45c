// measure_cost: see measure_cost.hpp.
#include "app/measure_cost.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "app/own_process.hpp"
#include "app/target_choice.hpp"
#include "load/linux_processes.hpp"
#include "stress/cost/cost.hpp"

namespace mailrig::app {
namespace {

using nlohmann::json;
using stress::cost_at;
using stress::cost_row;
using stress::growth;

base::result<std::vector<stress::growing_input>> chosen_inputs(cost_command const& c) {
  auto all = data().growing_inputs();
  if (!all || c.inputs.empty()) return all;
  std::vector<stress::growing_input> out;
  for (auto const& name : c.inputs) {
    auto const at = std::ranges::find(*all, name, &stress::growing_input::name);
    if (at == all->end()) {
      std::string names;
      for (auto const& i : *all) names += (names.empty() ? "" : ", ") + i.name;
      return base::fault{0, "--input", fmt::format("'{}' is none of: {}", name, names)};
    }
    out.push_back(*at);
  }
  return out;
}

/// Its processes, where it runs on this machine and was started by us.
std::function<std::optional<stress::spending>(bool)> spending_of(scenario::target const& t) {
  auto const& way = t.imap ? t.imap : t.pop3;
  if (!t.ours || !way) return {};
  auto const port = way->at.port;
  // A server that is started again has another session.
  return [port](bool anew) -> std::optional<stress::spending> {
    static thread_local std::pair<std::uint16_t, int> known{};
    for (bool again : {false, true}) {
      if (again || known.first != port) {
        auto const process = load::listening_process(port);
        if (!process) return std::nullopt;
        known = {port, process->session};
      }
      if (auto const s = load::spent_by_session(known.second, anew))
        return stress::spending{s->cpu, s->memory, s->peak};
    }
    return std::nullopt;
  };
}

json sizes_json(std::vector<cost_at> const& sizes, char const* unit) {
  auto out = json::array();
  for (auto const& s : sizes)
    if (!s.takes.empty()) out.push_back({{"size", s.size}, {unit, s.takes}, {"given_up", s.given_up}});
  return out;
}

json growth_json(growth const& g) {
  return {{"judgement", name_of(g.is)},
          {"exponent", g.exponent},
          {"low", g.low},
          {"high", g.high},
          {"from", g.from},
          {"to", g.to},
          {"why", g.why}};
}

json row_json(cost_row const& r) {
  json out{{"input", r.input}, {"title", r.title}, {"known", r.known}};
  if (!r.skipped.empty()) return out["skipped"] = r.skipped, out;
  out["answer"] = r.answer;
  if (!r.ended.empty()) out["ended"] = r.ended;
  out["time"] = growth_json(r.time);
  out["time"]["of"] = r.by_cpu ? "processor" : "clock";
  out["time"]["sizes"] = sizes_json(r.seconds, "seconds");
  if (r.memory_seen) {
    out["memory"] = growth_json(r.memory);
    out["memory"]["sizes"] = sizes_json(r.octets, "octets");
  }
  out["other_user_waits"] = sizes_json(r.waits, "seconds");
  out["findings"] = json::array();
  for (auto const& f : r.findings) out["findings"].push_back({{"rule", f.rule}, {"text", f.text}});
  return out;
}

std::string exponent_cell(growth const& g, bool known) {
  if (!known) return fmt::format("{:>22}", "-");
  auto const cheap = g.is == growth::judgement::fair && g.why == "too cheap to matter";
  return cheap ? fmt::format("{:>22}", "cheap")
               : fmt::format("{:>6.2f} {:<15}", g.exponent,
                             g.is == growth::judgement::superlinear ? "superlinear" : name_of(g.is));
}

void print(cost_row const& r) {
  if (!r.skipped.empty()) {
    std::cout << fmt::format("{:26} skipped: {}\n", r.input, r.skipped);
    return;
  }
  double most = 0, wait = 0, size = 0;
  for (auto const& s : r.seconds)
    if (!s.takes.empty()) most = std::ranges::min(s.takes), size = s.size;
  for (auto const& s : r.waits)
    for (auto const w : s.takes) wait = std::max(wait, w);
  std::cout << fmt::format("{:26} {:>10.0f} {:8} {:>8.1f}ms {} {} {:>6.0f}ms\n", r.input, size, r.answer, most * 1000,
                           exponent_cell(r.time, true), exponent_cell(r.memory, r.memory_seen), wait * 1000);
  for (auto const& f : r.findings) std::cout << fmt::format("    {}: {}\n", f.rule, f.text);
  for (auto const* g : {&r.time, &r.memory})
    if (g->is == growth::judgement::undecided && (g == &r.time || r.memory_seen))
      std::cout << fmt::format("    undecided by {}: {}\n", g == &r.time ? "time" : "memory", g->why);
}

}  // namespace

base::result<measured_costs> measure_costs(cost_command const& c, bool& usage) {
  usage = true;
  auto const requirements = data().requirements();
  if (!requirements) return requirements.error();
  auto const inputs = chosen_inputs(c);
  if (!inputs) return inputs.error();
  constexpr std::size_t accounts = 16;
  auto const t = c.target == "embedded" ? embedded_process(c.defect, c.latitudes, accounts)
                                        : find_target({c.target, c.defect, accounts, false, c.latitudes});
  if (!t) return t.error();
  if (!t->ours && !c.allow_destructive)
    return base::fault{0, "--allow-destructive",
                       fmt::format("this attacks {}, which mailrig has not started; --allow-destructive does it "
                                   "nevertheless",
                                   t->name)};
  usage = false;
  auto const mail = data().mail();
  base::limits limits;
  limits.scenario = std::chrono::hours(24);  // --timeout bounds it
  auto const a = stress::arena::enter(*t, mail, *requirements, limits);
  if (!a) return a.error();
  stress::cost_options o;
  o.takes = c.takes;
  o.may_empty = c.allow_destructive;
  o.spent = spending_of(*t);
  bool const shown = isatty(STDERR_FILENO) != 0;
  o.progress = [&](std::string const& what, std::size_t n) {
    if (shown) std::cerr << fmt::format("\r\033[K{} {}", what, n) << std::flush;
  };
  measured_costs out{t->name, t->version};
  std::cout << fmt::format(
      "{}: what ever larger questions cost ({} takes of each size)\n\n{:26} {:>10} {:8} {:>10} {:>22} "
      "{:>22} {:>8}\n",
      t->name, c.takes, "input", "largest", "answer", o.spent ? "cpu" : "time", "exponent of time", "of memory",
      "others");
  std::size_t judged = 0;
  for (auto const& i : *inputs) {
    if (base::run_end::flag()) break;
    auto const row = stress::measure_cost(*a, i, o);
    if (shown) std::cerr << "\r\033[K";
    if (!row) return base::fault{0, i.name, fmt::format("{}: {}", i.name, row.error().text)};
    print(*row);
    std::cout << std::flush;
    out.rows.push_back(row_json(*row));
    if (!row->findings.empty()) out.code = failure;
    judged += row->skipped.empty() && row->time.is != growth::judgement::undecided;
  }
  if (out.code == clean && judged == 0) out.code = inconclusive;
  return out;
}

}  // namespace mailrig::app
