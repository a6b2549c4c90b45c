// text: a load run for a terminal: the verdicts first, then a line for each kind of operation.
#include <fmt/format.h>

#include <algorithm>

#include "base/quantile_interval.hpp"
#include "history/requirement.hpp"
#include "load/refusal_table.hpp"
#include "load/span.hpp"
#include "load/tar_pit.hpp"
#include "report/load_format.hpp"

namespace mailrig::report::load_text {
namespace {

using load::load_record;

std::string time(std::uint64_t ns) { return ns == 0 ? "-" : load::written(base::duration(std::int64_t(ns))); }

/// A percentile, or that so few samples do not carry it.
std::string at(base::latency_histogram const& h, double fraction) {
  if (h.count() == 0 || base::carries(h.count(), fraction)) return time(h.quantile(fraction));
  return "too few";
}
std::string between(base::latency_histogram const& h, double fraction) {
  if (!base::carries(h.count(), fraction)) return "";
  auto const i = base::interval_of(h, fraction);
  return fmt::format("{}..{}", time(i.low), i.bounded ? time(i.high) : "?");
}

std::string octets(double n) {
  return n < 1e4   ? fmt::format("{:.0f} B", n)
         : n < 1e7 ? fmt::format("{:.1f} kB", n / 1e3)
                   : fmt::format("{:.1f} MB", n / 1e6);
}

void kinds(load_record const& r, std::ostream& out) {
  out << fmt::format("\n{:18} {:>9} {:>7} {:>6} {:>9} {:>9} {:>9} {:>17} {:>9} {:>9} {:>9} {:>9}\n", "operation",
                     "done", "failed", "late", "p50", "p90", "p99", "(95 % sure)", "p99.9", "p99.99", "max",
                     "service99");
  for (auto const& kind : r.figures.kinds()) {
    auto const& [name, f] = kind;
    auto q = [&](double p) { return at(kind.second->response, p); };
    out << fmt::format("{:18} {:>9} {:>7} {:>6} {:>9} {:>9} {:>9} {:>17} {:>9} {:>9} {:>9} {:>9}\n", name, f->done,
                       f->failed, f->late, q(0.5), q(0.9), q(0.99), between(f->response, 0.99), q(0.999), q(0.9999),
                       time(f->response.max()), at(f->service, 0.99));
  }
}

void lag(load_record const& r, std::ostream& out) {
  auto const all = r.figures.together();
  out << fmt::format(
      "\nlag: blocked by a predecessor or the server p99 {}, max {}; dispatch (our own) p99 {}, max {}\n",
      time(all.blocked.quantile(0.99)), time(all.blocked.max()), time(all.dispatch.quantile(0.99)),
      time(all.dispatch.max()));
}

void failures(load_record const& r, std::ostream& out) {
  std::vector<std::tuple<std::uint64_t, std::string, std::string>> rows;
  for (auto const& [name, f] : r.figures.kinds())
    for (auto const& [why, times] : f->failures)
      if (!load::is_compound(name)) rows.emplace_back(times, name, why);
  std::ranges::sort(rows, std::greater<>());
  if (rows.empty()) return;
  out << "\nfailures:\n";
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 12); ++i)
    out << fmt::format("  {:>7} {:18} {}\n", std::get<0>(rows[i]), std::get<1>(rows[i]), std::get<2>(rows[i]));
}

/// Those with the most devices, in the order in which they came.
void reconnections(load_record const& r, std::ostream& out) {
  constexpr std::size_t most = 5;
  std::vector<load::reconnection> shown(r.reconnections);
  std::ranges::stable_sort(shown, std::greater<>(), &load::reconnection::devices);
  shown.resize(std::min(shown.size(), most));
  std::ranges::sort(shown, {}, &load::reconnection::from);
  for (auto const& one : shown)
    out << fmt::format("\nreconnection: {} devices lost their connection from {:.1f} s on (most at once: {}), {}\n",
                       one.devices, one.from, one.most,
                       one.over ? fmt::format("all were back after {:.1f} s", one.took())
                                : fmt::format("and after {:.1f} s, at the end, not all were back", one.took()));
  if (r.reconnections.size() > most)
    out << fmt::format("... and {} more with fewer devices\n", r.reconnections.size() - most);
}

void endpoints(load_record const& r, std::ostream& out) {
  if (r.endpoints.empty()) return;
  out << fmt::format("\n{:12} {:22} {:>9} {:>7} {:>7} {:>9} {:>7} {:>6} {:>9} {:>9} {:>9}\n", "endpoint", "at",
                     "connected", "failed", "left", "done", "failed", "late", "p50", "p99", "max");
  for (auto const& e : r.endpoints) {
    auto const& f = e.operations;
    out << fmt::format("{:12} {:22} {:>9} {:>7} {:>7} {:>9} {:>7} {:>6} {:>9} {:>9} {:>9}\n",
                       fmt::format("{} {}", history::name_of(e.proto), e.name), e.where, e.connections.done,
                       e.connections.failed + e.connections.late, e.left, f.done, f.failed, f.late, at(f.response, 0.5),
                       at(f.response, 0.99), time(f.response.max()));
  }
}

void refusals(load_record const& r, std::ostream& out) {
  constexpr std::size_t most_rows = 12;
  auto const rows = load::refusal_table(r.figures);
  std::uint64_t by_policy = 0;
  for (auto const& row : rows) by_policy += load::is_policy(row.what.kind) ? row.count : 0;
  if (!rows.empty()) out << fmt::format("\nrefusals ({} by policy), in the server's words:\n", by_policy);
  for (std::size_t i = 0; i < std::min(rows.size(), most_rows); ++i) {
    auto const& w = rows[i].what;
    out << fmt::format("  {:>7} {:18} {:13} {}{}\n", rows[i].count, rows[i].operation, load::name_of(w.kind),
                       w.code.empty() ? "" : "[" + w.code + "] ", w.words);
  }
  if (rows.size() > most_rows) out << fmt::format("  and {} rows more\n", rows.size() - most_rows);
  auto const pits = load::find_tar_pits(r.figures);
  for (auto const& p : pits) out << fmt::format("\nheld back: {}\n", load::in_words(p));
}

void write_text(load_record const& r, std::ostream& out) {
  out << fmt::format("{} against {}{}{}: {}\n", r.profile, r.target, r.target_version.empty() ? "" : " ",
                     r.target_version, r.mode);
  out << fmt::format(
      "{:.1f} s measured after {:.0f} s of ramp, seed {}: {} operations, {:.1f}/s, {:.3g} % failed or late\n",
      r.measured, r.ramp, r.seed, r.figures.operations(), r.rate(),
      r.figures.operations() == 0 ? 0.0 : double(r.figures.unsuccessful()) * 100 / double(r.figures.operations()));
  if (!r.existing.empty()) out << "mail that lay there: " << r.existing << '\n';
  auto const facts = r.environment.facts();
  for (auto const& [name, value] : facts) out << fmt::format("  {:20} {}\n", name, value);
  kinds(r, out);
  lag(r, out);
  failures(r, out);
  refusals(r, out);
  for (auto const& o : r.outages)
    out << fmt::format("\noutage: {} from {:.1f} s to {}: {} operations lost, {} connections broken\n", o.kind, o.from,
                       o.over ? fmt::format("{:.1f} s", o.to) : "the end", o.lost, o.broken);
  reconnections(r, out);
  endpoints(r, out);
  if (!r.findings.empty()) out << fmt::format("\nfindings ({}):\n", r.findings.size());
  for (auto const& f : r.findings)
    out << fmt::format("  {}  {}  ({} times) {}{}\n", history::name_of(f.outcome), f.rule, f.times, f.text,
                       f.requirement.empty() ? "" : " [" + f.requirement + "]");
  if (!r.server_seen.empty())
    out << fmt::format("\nserver ({}): {:.2f} cores on average, {} at most{}\n", r.server_seen, r.server_cpu,
                       octets(double(r.server_memory)), r.server_memory_is.empty() ? "" : ", " + r.server_memory_is);
  out << fmt::format(
      "{}rig: {:.1f} us of CPU an operation, busiest thread {:.0f} % of a core, {}, {} connections at most\n",
      r.server_seen.empty() ? "\n" : "", r.cpu_each * 1e6, r.busiest_thread * 100, octets(double(r.own_memory)),
      r.connections_max);
  if (r.retransmitted)
    out << fmt::format("network: {:.2f} % of our TCP segments were sent again\n", *r.retransmitted * 100);
  if (!r.slos.empty()) out << '\n';
  for (auto const& s : r.slos) out << fmt::format("slo  {:9} {:34} {}\n", s.word(), s.text, s.came);
  out << fmt::format("\nvalidity: {}\n", load::name_of(r.rig.grade));
  for (auto const& why : r.rig.reasons) out << "  " << why << '\n';
  if (r.interrupted) out << fmt::format("not complete: interrupted after {:.1f} of {:.1f} s\n", r.measured, r.duration);
}

load_format const text{"text", "for a terminal", &write_text};
base::registrar const registered{text};

}  // namespace
}  // namespace mailrig::report::load_text
