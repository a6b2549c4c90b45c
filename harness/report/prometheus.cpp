// prometheus: a running load as metrics, written by prometheus-cpp's serializer.
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "load/refusal_table.hpp"
#include "report/live_server.hpp"

namespace mailrig::report {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

class families {
 public:
  /// The next values belong to it.
  void begin(std::string name, std::string help, MetricType type) {
    all_.emplace_back();
    all_.back().name = std::move(name);
    all_.back().help = std::move(help);
    all_.back().type = type;
  }
  void value(double v, labels l = {}) {
    auto& m = metric(std::move(l));
    if (all_.back().type == MetricType::Counter)
      m.counter.value = v;
    else
      m.gauge.value = v;
  }
  void one(std::string name, std::string help, MetricType type, double v) {
    begin(std::move(name), std::move(help), type);
    value(v);
  }
  void histogram(base::latency_histogram const& h, labels l) {
    auto& m = metric(std::move(l));
    m.histogram.sample_count = h.count();
    m.histogram.sample_sum = double(h.sum()) / 1e9;
    for (double const bound :
         {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0})
      m.histogram.bucket.push_back({h.at_most(std::uint64_t(bound * 1e9)), bound});
    m.histogram.bucket.push_back({h.count(), std::numeric_limits<double>::infinity()});
  }
  std::vector<MetricFamily> const& all() const { return all_; }

 private:
  ClientMetric& metric(labels l) {
    all_.back().metric.emplace_back();
    all_.back().metric.back().label = std::move(l);
    return all_.back().metric.back();
  }
  std::vector<MetricFamily> all_;
};

}  // namespace

std::string prometheus_text(load::load_record const& r) {
  families f;
  auto const kinds = r.figures.kinds();
  f.begin("mailrig_operations_total", "Operations that came to an end, by kind and outcome", MetricType::Counter);
  for (auto const& [name, k] : kinds)
    for (auto const& [outcome, n] : {std::pair{"done", k->done}, {"failed", k->failed}, {"late", k->late}})
      f.value(double(n), {{"kind", name}, {"outcome", outcome}});
  f.begin("mailrig_refusals_total", "What the server declined in words, by kind, response code and operation",
          MetricType::Counter);
  for (auto const& [labels_of, n] : load::refusals_by_code(r.figures))
    f.value(double(n), {{"kind", std::string(load::name_of(labels_of.kind))},
                        {"code", labels_of.code},
                        {"operation", labels_of.operation}});
  f.begin("mailrig_response_seconds", "From when an operation was to begin until it was done", MetricType::Histogram);
  for (auto const& [name, k] : kinds) f.histogram(k->response, {{"kind", name}});
  if (r.seconds.empty()) return prometheus::TextSerializer().Serialize(f.all());
  auto const& s = r.seconds.back();
  f.begin("mailrig_devices", "Devices by what they do", MetricType::Gauge);
  for (auto const& [state, n] : {std::pair{"away", s.devices.away},
                                 {"connecting", s.devices.connecting},
                                 {"waiting", s.devices.waiting},
                                 {"thinking", s.devices.thinking},
                                 {"idle", s.devices.idle}})
    f.value(double(n), {{"state", state}});
  f.one("mailrig_connections", "Open connections", MetricType::Gauge, double(s.devices.connections));
  double in = 0, out = 0;
  for (auto const& row : r.seconds) in += double(row.octets_in), out += double(row.octets_out);
  f.begin("mailrig_octets_total", "Octets of the protocols, without TLS and TCP", MetricType::Counter);
  f.value(in, {{"direction", "in"}});
  f.value(out, {{"direction", "out"}});
  f.one("mailrig_findings", "Rules that checkers saw broken", MetricType::Gauge, double(s.findings));
  f.one("mailrig_outages", "Outages so far", MetricType::Gauge, double(r.outages.size()));
  f.one("mailrig_validity", "Of the measurement: 0 valid, 1 degraded, 2 invalid", MetricType::Gauge,
        double(r.rig.grade));
  f.begin("mailrig_slo_met", "1 where a service level is met so far, 0 where it is missed; undecided ones are left out",
          MetricType::Gauge);
  for (auto const& one : r.slos)
    if (one.decided) f.value(one.met ? 1 : 0, {{"slo", one.text}});
  f.one("mailrig_dispatch_lag_max_seconds", "The rig's own lateness, most of the last second", MetricType::Gauge,
        double(s.dispatch_max) / 1e9);
  f.one("mailrig_loop_stall_max_seconds", "Longest standstill of a loop in the last second", MetricType::Gauge,
        double(s.stall_max) / 1e9);
  f.one("mailrig_cpu_cores", "CPU of the rig", MetricType::Gauge, s.own_cpu);
  f.one("mailrig_cpu_steal_ratio", "Share of the machine's CPU that its host took", MetricType::Gauge, s.steal);
  if (!r.server_seen.empty()) {
    f.one("mailrig_server_cpu_cores", "CPU of the server", MetricType::Gauge, s.server_cpu);
    f.one("mailrig_server_memory_bytes", "Memory of the server: PSS of its processes where the system tells",
          MetricType::Gauge, double(s.server_memory));
    f.one("mailrig_server_disk_read_bytes", "Read from disk in the last second", MetricType::Gauge,
          double(s.server_read));
    f.one("mailrig_server_disk_written_bytes", "Written to disk in the last second", MetricType::Gauge,
          double(s.server_written));
  }
  return prometheus::TextSerializer().Serialize(f.all());
}

}  // namespace mailrig::report
