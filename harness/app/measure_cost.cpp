// measure_cost: see measure_cost.hpp.
#include "app/measure_cost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "app/data.hpp"
#include "app/exit_code.hpp"
#include "base/run_end.hpp"
#include "load/linux_processes.hpp"
#include "stress/cost/cost.hpp"

namespace mailrig::app {
namespace {

using nlohmann::json;
using stress::cost_at;
using stress::cost_row;
using stress::growth;

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

base::result<std::vector<stress::growing_input>> chosen_inputs(std::vector<std::string> const& names) {
  auto all = data().growing_inputs();
  if (!all || names.empty()) return all;
  std::vector<stress::growing_input> out;
  for (auto const& name : names) {
    auto const at = std::ranges::find(*all, name, &stress::growing_input::name);
    if (at == all->end()) {
      std::string known;
      for (auto const& i : *all) known += (known.empty() ? "" : ", ") + i.name;
      return base::fault{0, "--input", fmt::format("'{}' is none of: {}", name, known)};
    }
    out.push_back(*at);
  }
  return out;
}

base::result<measured> measure_costs(stress::arena const& a, std::vector<stress::growing_input> const& inputs,
                                     std::size_t takes, bool may_empty,
                                     std::function<void(std::string const&, std::size_t)> const& tell) {
  stress::cost_options o;
  o.takes = takes;
  o.may_empty = may_empty;
  o.spent = spending_of(a.where);
  o.progress = tell;
  measured out;
  std::cout << fmt::format(
      "{}: what ever larger questions cost ({} takes of each size)\n\n{:26} {:>10} {:8} {:>10} {:>22} "
      "{:>22} {:>8}\n",
      a.where.name, takes, "input", "largest", "answer", o.spent ? "cpu" : "time", "exponent of time", "of memory",
      "others");
  std::size_t judged = 0;
  for (auto const& i : inputs) {
    if (base::run_end::flag()) break;
    auto const row = stress::measure_cost(a, i, o);
    if (!row) return base::fault{0, i.name, fmt::format("{}: {}", i.name, row.error().text)};
    tell({}, 0);
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
