// capacity_report: text for a terminal, JSON for programs, and a page with the curve.
#include "report/capacity_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "load/span.hpp"
#include "report/html_page.hpp"

namespace mailrig::report::capacity_report {
namespace {

using nlohmann::json;

constexpr std::string_view words[] = {"met", "missed", "invalid"};

std::string amount(capacity_context const& c, double load) {
  return fmt::format("{:.{}f} {}", load, c.unit == "users" ? 0 : 1, c.unit);
}

std::string conclusion(capacity_context const& c) {
  auto const& r = c.result;
  std::string out;
  if (r.holds > 0)
    out = fmt::format("{} holds {}", c.target, amount(c, r.holds));
  else if (r.breaks > 0)
    out = fmt::format("{} does not hold the least that was tried", c.target);
  else
    return fmt::format("nothing could be measured of {}{}", c.target,
                       r.interrupted      ? ": the search was interrupted"
                       : r.trials.empty() ? ""
                                          : ": no trial was valid");
  if (r.breaks > 0) out += fmt::format(", and no more holds at {}", amount(c, r.breaks));
  if (!r.first_broken.empty()) out += fmt::format("; first to give way: {}", r.first_broken);
  if (!r.limit.empty()) out += fmt::format("; {}", r.limit);
  if (r.interrupted) out += "; the search was interrupted";
  return out;
}

void write_text(capacity_context const& c, std::ostream& out) {
  out << fmt::format("{} against {} {}\n\n", c.profile, c.target, c.target_version);
  out << fmt::format("{:>10} {:6} {:8} {:>13} {:>9} {:>9} {:>9} {:>8} {:>7} {:>9}\n",
                     c.unit == "users" ? "users" : "rate", "", "SLOs", "operations/s", "p50", "p95", "p99", "errors",
                     "server", "");
  auto time = [](std::uint64_t ns) { return load::written(base::duration(std::int64_t(ns))); };
  for (auto const& t : c.result.trials) {
    out << fmt::format("{:>10.{}f} {:6} {:8} {:>13.1f} {:>9} {:>9} {:>9} {:>7.3f}% {:>4.2f} c {:>6.0f} MB\n", t.load,
                       c.unit == "users" ? 0 : 1, t.soak ? "soak" : "", words[std::size_t(t.came)], t.rate, time(t.p50),
                       time(t.p95), time(t.p99), t.errors * 100, t.server_cpu, double(t.server_memory) / 1e6);
    for (auto const& s : t.slos)
      if (s.missed() && t.came == load::trial_verdict::missed)
        out << fmt::format("{:>28} {}: {}\n", "", s.text, s.came);
    if (t.came == load::trial_verdict::invalid && !t.reasons.empty())
      out << fmt::format("{:>28} {}\n", "", t.reasons[0]);
  }
  if (auto const& f = c.result.curve)
    out << fmt::format(
        "\nUniversal Scalability Law: {:.4g} operations/s each, contention {:.3g}, coherency {:.3g}, R2 {:.3f}{}\n",
        f->lambda, f->sigma, f->kappa, f->r2,
        f->peak ? fmt::format(", peak at {}", amount(c, *f->peak)) : ", no peak in sight");
  out << '\n' << conclusion(c) << '\n';
}

json as_json(capacity_context const& c) {
  json trials = json::array();
  for (auto const& t : c.result.trials) {
    json slos = json::array();
    for (auto const& s : t.slos)
      slos.push_back({{"slo", s.text}, {"met", s.met}, {"decided", s.decided}, {"came", s.came}, {"value", s.value}});
    trials.push_back({{"load", t.load},
                      {"soak", t.soak},
                      {"verdict", words[std::size_t(t.came)]},
                      {"rate", t.rate},
                      {"p50_ns", t.p50},
                      {"p95_ns", t.p95},
                      {"p99_ns", t.p99},
                      {"errors", t.errors},
                      {"server_cpu_cores", t.server_cpu},
                      {"server_memory", t.server_memory},
                      {"slos", slos},
                      {"reasons", t.reasons}});
  }
  json out = {{"mailrig-capacity", 1},
              {"profile", c.profile},
              {"title", c.title},
              {"target", c.target},
              {"target_version", c.target_version},
              {"command", c.command},
              {"started", c.started},
              {"unit", c.unit},
              {"holds", c.result.holds},
              {"breaks", c.result.breaks},
              {"first_broken", c.result.first_broken},
              {"limit", c.result.limit},
              {"interrupted", c.result.interrupted},
              {"conclusion", conclusion(c)},
              {"trials", trials}};
  if (auto const& f = c.result.curve) {
    out["usl"] = {{"lambda", f->lambda}, {"sigma", f->sigma}, {"kappa", f->kappa}, {"r2", f->r2}};
    if (f->peak) out["usl"]["peak"] = *f->peak;
  }
  return out;
}

void write_json(capacity_context const& c, std::ostream& out) {
  out << as_json(c).dump(1, ' ', false, json::error_handler_t::replace) << '\n';
}

void write_html(capacity_context const& c, std::ostream& out) { write_page(capacity_page, as_json(c).dump(), out); }

capacity_format const formats[] = {{"text", "for a terminal", &write_text},
                                   {"json", "for programs", &write_json},
                                   {"html", "one page with the curve, for people", &write_html}};
base::registrar const registered{formats};

}  // namespace
}  // namespace mailrig::report::capacity_report
