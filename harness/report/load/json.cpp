// json: a load run with its histograms, for programs and for `mailrig report diff`; reports/load.schema.json.
#include "base/quantile_interval.hpp"
#include "load/exchange.hpp"
#include "load/refusal_table.hpp"
#include "load/tar_pit.hpp"
#include "report/load_format.hpp"
#include "report/load_json.hpp"

namespace mailrig::report {
namespace {

using load::load_record;
using nlohmann::json;

void of_quantile(base::latency_histogram const& h, char const* name, double q, json& out) {
  auto const i = base::interval_of(h, q);
  out[name] = i.value;
  if (!base::carries(h.count(), q)) return out["too_few"].push_back(name);
  out["between"][name] = {i.low, i.bounded ? json(i.high) : json()};
}

/// Percentiles; `too_few` names those that so few samples do not carry, `between` has the others' 95 % intervals.
json quantiles(base::latency_histogram const& h) {
  json out = {{"count", h.count()},
              {"mean_ns", h.mean()},
              {"max_ns", h.max()},
              {"too_few", json::array()},
              {"between", json::object()}};
  for (auto const& [name, q] : {std::pair{"p50_ns", 0.5},
                                {"p90_ns", 0.9},
                                {"p95_ns", 0.95},
                                {"p99_ns", 0.99},
                                {"p99_9_ns", 0.999},
                                {"p99_99_ns", 0.9999}})
    of_quantile(h, name, q, out);
  return out;
}

json slos_of(load_record const& r) {
  json slos = json::array();
  for (auto const& s : r.slos)
    slos.push_back({{"slo", s.text},
                    {"met", s.met},
                    {"decided", s.decided},
                    {"measured", s.measured},
                    {"asked", s.asked},
                    {"value", s.value},
                    {"came", s.came}});
  return slos;
}

json operations(load_record const& r, bool with_histograms) {
  json out = json::object();
  auto const raw = with_histograms ? load::to_json(r.figures) : json();
  for (auto const& [name, f] : r.figures.kinds()) {
    out[name] = {{"done", f->done},
                 {"failed", f->failed},
                 {"late", f->late},
                 {"compound", load::is_compound(name)},
                 {"refused", f->refused()},
                 {"failures", f->failures},
                 {"response", quantiles(f->response)},
                 {"service", quantiles(f->service)},
                 {"blocked", quantiles(f->blocked)},
                 {"dispatch", quantiles(f->dispatch)}};
    if (with_histograms) out[name]["histograms"] = raw.at(name);
  }
  return out;
}

json environment_of(load::environment const& e) {
  json server = json::array();
  for (auto const& s : e.server)
    server.push_back({{"protocol", s.protocol},
                      {"greeting", s.greeting},
                      {"identification", s.identification},
                      {"tls", s.tls},
                      {"mechanism", s.mechanism},
                      {"trouble", s.trouble}});
  return {{"version", e.version},     {"build", e.build}, {"compiler", e.compiler}, {"processor", e.processor},
          {"kernel", e.kernel},       {"cores", e.cores}, {"memory", e.memory},     {"network", e.network},
          {"mailboxes", e.mailboxes}, {"server", server}};
}

json refusals_of(load_record const& r) {
  json out = json::array();
  for (auto const& row : load::refusal_table(r.figures))
    out.push_back({{"kind", load::name_of(row.what.kind)},
                   {"policy", load::is_policy(row.what.kind)},
                   {"code", row.what.code},
                   {"words", row.what.words},
                   {"operation", row.operation},
                   {"count", row.count}});
  return out;
}

json tar_pits_of(load_record const& r) {
  json out = json::array();
  for (auto const& p : load::find_tar_pits(r.figures))
    out.push_back({{"form", load::name_of(p.how)},
                   {"operation", p.operation},
                   {"held", p.held},
                   {"count", p.count},
                   {"delay_ns", p.delay_ns},
                   {"usual_ns", p.usual_ns},
                   {"text", load::in_words(p)}});
  return out;
}

json seconds_of(std::span<load::series_row const> rows, bool with_histograms) {
  json out = json::array();
  for (auto const& s : rows) {
    json kinds = json::object();
    for (auto const& [name, k] : s.kinds) {
      auto& to = kinds[name];
      to = {{"done", k.done}, {"failed", k.failed}, {"late", k.late}, {"p50_ns", k.p50}, {"p99_ns", k.p99}};
      if (with_histograms) to["b"] = k.response.text(), to["max_ns"] = k.response.max();
    }
    out.push_back({{"second", s.second},
                   {"done", s.done},
                   {"failed", s.failed},
                   {"late", s.late},
                   {"refused", s.refused},
                   {"p50_ns", s.p50},
                   {"p95_ns", s.p95},
                   {"p99_ns", s.p99},
                   {"max_ns", s.max},
                   {"heat", s.heat},
                   {"declined", s.declined},
                   {"lost", s.lost},
                   {"back", s.back},
                   {"good", s.good},
                   {"broken", s.broken},
                   {"kinds", kinds},
                   {"devices",
                    {{"away", s.devices.away},
                     {"connecting", s.devices.connecting},
                     {"waiting", s.devices.waiting},
                     {"thinking", s.devices.thinking},
                     {"idle", s.devices.idle}}},
                   {"connections", s.devices.connections},
                   {"octets_in", s.octets_in},
                   {"octets_out", s.octets_out},
                   {"findings", s.findings},
                   {"dispatch_max_ns", s.dispatch_max},
                   {"stall_max_ns", s.stall_max},
                   {"own_cpu_cores", s.own_cpu},
                   {"own_memory", s.own_memory},
                   {"machine_cpu", s.machine_cpu},
                   {"steal", s.steal},
                   {"server_cpu_cores", s.server_cpu},
                   {"server_memory", s.server_memory},
                   {"server_read", s.server_read},
                   {"server_written", s.server_written}});
  }
  return out;
}

json reconnections_of(load_record const& r) {
  json out = json::array();
  for (auto const& one : r.reconnections)
    out.push_back({{"from_s", one.from},
                   {"to_s", one.to},
                   {"took_s", one.took()},
                   {"over", one.over},
                   {"devices", one.devices},
                   {"most", one.most}});
  return out;
}

json endpoints_of(load_record const& r, bool with_histograms) {
  json out = json::array();
  for (auto const& e : r.endpoints) {
    out.push_back({{"protocol", history::name_of(e.proto)},
                   {"name", e.name},
                   {"at", e.where},
                   {"connections",
                    {{"done", e.connections.done},
                     {"failed", e.connections.failed},
                     {"late", e.connections.late},
                     {"failures", e.connections.failures}}},
                   {"left", e.left},
                   {"done", e.operations.done},
                   {"failed", e.operations.failed},
                   {"late", e.operations.late},
                   {"response", quantiles(e.operations.response)}});
    if (with_histograms)
      out.back()["histograms"] = {{"operations", load::to_json(e.operations)},
                                  {"connections", load::to_json(e.connections)}};
  }
  return out;
}

json offered_of(load::offered const& o) {
  return {{"sessions", o.sessions}, {"deliveries", o.deliveries}, {"acts", o.acts}, {"sum", o.sum_text()}};
}

json clock_of(std::optional<std::int64_t> const& offset, std::int64_t within) {
  return {{"offset_ns", offset ? json(*offset) : json()}, {"within_ns", within}};
}

json shards_of(load_record const& r) {
  json out = json::array();
  for (auto const& s : r.shards)
    out.push_back({{"shard", s.number},
                   {"lost", s.lost},
                   {"why", s.why},
                   {"validity", load::name_of(s.grade)},
                   {"validity_reasons", s.reasons},
                   {"operations", s.operations},
                   {"measured_s", s.measured},
                   {"host", s.host},
                   {"clock", clock_of(s.clock_offset, s.clock_within)}});
  return out;
}

json rig_of(load_record const& r) {
  return {{"cpu_s", r.cpu},
          {"cpu_each_us", r.cpu_each * 1e6},
          {"segments", {r.segments.sent, r.segments.sent_again}},
          {"segments_known", r.segments.known},
          {"busiest_thread", r.busiest_thread},
          {"stall_max_ns", r.stall_max},
          {"steal", r.steal},
          {"retransmitted", r.retransmitted ? json(*r.retransmitted) : json()},
          {"memory", r.own_memory},
          {"connections_max", r.connections_max},
          {"sessions_planned", r.planned},
          {"turned_away", r.turned_away}};
}

json server_of(load_record const& r) {
  return {{"seen", r.server_seen},
          {"cpu_cores", r.server_cpu},
          {"memory", r.server_memory},
          {"memory_is", r.server_memory_is}};
}

void write_json(load_record const& r, std::ostream& out) {
  out << load_json(r, r.seconds, true).dump(1, ' ', false, json::error_handler_t::replace) << '\n';
}

load_format const format_json{"json", "everything, with histograms, for programs (reports/load.schema.json)",
                              &write_json};
base::registrar const registered{format_json};

}  // namespace

json load_json(load_record const& r, std::span<load::series_row const> seconds, bool with_histograms) {
  json outages = json::array(), findings = json::array();
  for (auto const& o : r.outages)
    outages.push_back({{"kind", o.kind},
                       {"from_s", o.from},
                       {"to_s", o.to},
                       {"over", o.over},
                       {"lost", o.lost},
                       {"broken", o.broken}});
  for (auto const& f : r.findings) {
    auto j = load::to_json(f);
    j["level"] = history::name_of(f.weight);
    j["verdict"] = history::name_of(f.outcome);
    findings.push_back(std::move(j));
  }
  json out = {{"mailrig-load", 1},
              {"profile", r.profile},
              {"title", r.title},
              {"target", r.target},
              {"target_version", r.target_version},
              {"command", r.command},
              {"started", r.started},
              {"plan", r.plan},
              {"shard", {{"index", r.part.number}, {"of", r.part.of}}},
              {"host", r.host},
              {"offered", offered_of(r.asked)},
              {"exit_code", r.exit_code},
              {"scenario", r.plays_scenario},
              {"trouble", r.trouble},
              {"mode", r.mode},
              {"seed", r.seed},
              {"users", r.users},
              {"existing", r.existing},
              {"threads", r.threads},
              {"processes", r.processes},
              {"factor", r.factor},
              {"ramp_s", r.ramp},
              {"duration_s", r.duration},
              {"measured_s", r.measured},
              {"interrupted", r.interrupted},
              {"validity", load::name_of(r.rig.grade)},
              {"validity_reasons", r.rig.reasons},
              {"rate", r.rate()},
              {"slos", slos_of(r)},
              {"environment", environment_of(r.environment)},
              {"outages", outages},
              {"reconnections", reconnections_of(r)},
              {"endpoints", endpoints_of(r, with_histograms)},
              {"refusals", refusals_of(r)},
              {"tar_pits", tar_pits_of(r)},
              {"findings", findings},
              {"findings_dropped", r.findings_dropped},
              {"rig", rig_of(r)},
              {"server", server_of(r)},
              {"operations", operations(r, with_histograms)},
              {"seconds", seconds_of(seconds, with_histograms)}};
  if (!r.part.alone()) out["clock"] = clock_of(r.clock_offset, r.clock_within);
  if (!r.shards.empty()) out["shards"] = shards_of(r);
  return out;
}

}  // namespace mailrig::report
