// assembly: see assembly.hpp.
#include "load/assembly.hpp"

#include <algorithm>

#include "load/server_sampler.hpp"

namespace mailrig::load {

void add_finding(std::vector<history::finding>& to, history::finding f, std::size_t most) {
  auto const known = std::ranges::find(to, f.rule, &history::finding::rule);
  if (known != to.end())
    known->times += f.times;
  else if (to.size() < most)
    to.push_back(std::move(f));
}

worker_result put_together(std::vector<worker_result> results) {
  worker_result out;
  for (auto& r : results) {
    out.figures.merge(r.figures);
    out.endpoints.merge(r.endpoints);
    for (auto& f : r.findings) add_finding(out.findings, std::move(f));
    out.findings_dropped += r.findings_dropped;
    out.turned_away += r.turned_away;
    out.asked.merge(r.asked);
    out.cpu = std::max(out.cpu, r.cpu);
    out.cpu_sum += r.cpu_sum;
    out.segments.merge(r.segments);
    if (out.trouble.empty()) out.trouble = std::move(r.trouble);
  }
  return out;
}

void add_so_far(load_record& r, interval const& i) {
  for (std::size_t k = 0; k < i.kinds.size(); ++k) {
    if (!i.kinds[k]) continue;
    auto& f = r.figures.of(kind_id(k));
    f.response.merge(i.kinds[k]->response);
    f.done += i.kinds[k]->done;
    f.failed += i.kinds[k]->failed;
    f.late += i.kinds[k]->late;
    f.refusals.merge(i.kinds[k]->refusals);
  }
  r.stall_max = std::max(r.stall_max, i.stall_max);
}

void judge_so_far(load_record& r, interval const& i, std::vector<slo> const& slos) {
  auto const seconds = double(i.second + 1);
  r.slos.clear();
  for (auto const& s : slos) r.slos.push_back(judge(s, r.figures, seconds, i.findings));
  r.rig = assess({&r.figures, seconds, r.stall_max, 0, 0, 0, 0, 0, 0, false});
}

/// Turns intervals into rows with what the machine and the server did meanwhile. On the thread of the series.
class series_builder {
 public:
  series_builder(load_record& r, run_options const& o) : record_(r), options_(o), machine_(read_machine()) {
    at_ = base::now();
    if (o.server) sampler_.emplace(*o.server);
  }

  void take(interval i) {
    watch_.take(i);
    returns_.take(i);
    add_so_far(record_, i);
    if (options_.listener) judge_so_far(record_, i, options_.slos);
    if (options_.intervals) options_.intervals(i);
    auto row = series_row::of(i);
    auto const now = base::now();
    auto const passed = double((now - at_).count()) / 1e9;
    // What the end of a run hands in at once is no second to measure a machine by.
    if (passed > 0.5) measure_machine(row, passed, now);
    if (sampler_) measure_server(row);
    record_.seconds.push_back(row);
    record_.outages = watch_.so_far();
    record_.reconnections = returns_.so_far();
    if (options_.listener) options_.listener(row, record_);
  }
  void end() {
    record_.outages = watch_.end();
    record_.reconnections = returns_.end();
    sampler_.reset();
  }

 private:
  void measure_machine(series_row& row, double passed, base::instant now) {
    auto const m = read_machine();
    row.own_cpu = (m.own_cpu - machine_.own_cpu) / passed;
    row.own_memory = m.own_memory;
    if (m.all > machine_.all) {
      row.machine_cpu = (m.busy - machine_.busy) / (m.all - machine_.all);
      row.steal = (m.steal - machine_.steal) / (m.all - machine_.all);
    }
    machine_ = m;
    at_ = now;
  }

  /// Between the two latest answers that there are; a server that tells nothing new has spent what it spent before.
  void measure_server(series_row& row) {
    auto const latest = sampler_->latest();
    if (latest && server_ && latest->at > server_->at) {
      auto const passed = double((latest->at - server_->at).count()) / 1e9;
      auto const &s = latest->counters, &before = server_->counters;
      auto const rate = [&](std::uint64_t to, std::uint64_t from) {
        return to > from ? std::uint64_t(double(to - from) / passed) : 0;
      };
      server_cpu_ = std::max(0.0, s.cpu - before.cpu) / passed;
      server_read_ = rate(s.read, before.read);
      server_written_ = rate(s.written, before.written);
    }
    if (latest) server_ = latest;
    row.server_cpu = server_cpu_;
    row.server_read = server_read_;
    row.server_written = server_written_;
    row.server_memory = server_ ? server_->counters.memory : 0;
    if (server_) record_.server_memory_is = options_.server->memory_is(server_->counters);
  }

  load_record& record_;
  run_options const& options_;
  machine_counters machine_;
  base::instant at_;
  std::optional<server_sampler> sampler_;
  std::optional<server_sample> server_;  ///< the latest that a row was made of
  double server_cpu_ = 0;
  std::uint64_t server_read_ = 0, server_written_ = 0;
  outage_watch watch_;
  reconnection_watch returns_;
};

namespace {

/// Means and maxima over the measured seconds.
void sum_up(load_record& r) {
  double cpu = 0;
  std::size_t n = 0;
  for (auto const& s : r.seconds) {
    r.connections_max = std::max(r.connections_max, s.devices.connections);
    r.own_memory = std::max(r.own_memory, s.own_memory);
    r.server_memory = std::max(r.server_memory, s.server_memory);
    if (double(s.second) < r.ramp) continue;
    r.stall_max = std::max(r.stall_max, s.stall_max);
    cpu += s.server_cpu;
    ++n;
  }
  if (n > 0) r.server_cpu = cpu / double(n);
}

}  // namespace

std::uint64_t sessions_begun(load_record const& r) {
  std::uint64_t n = 0;
  for (auto const& [name, f] : r.figures.kinds())
    if (name == "connect") n = f->all() - std::min(f->all(), r.turned_away);
  if (r.plays_scenario) n = r.planned;  // plays of a scenario are counted as they are
  return std::min(n, r.planned);
}

void judge_record(load_record& r, std::vector<slo> const& slos) {
  auto const operations = r.figures.operations();
  r.cpu_each = operations > 0 ? r.cpu / double(operations) : 0;
  if (r.segments.known)
    r.retransmitted = double(r.segments.sent_again) / double(std::max<std::uint64_t>(1, r.segments.sent));
  r.planned = r.interrupted ? 0 : r.asked.sessions;
  r.rig = assess({&r.figures, r.measured, r.stall_max, r.busiest_thread, r.steal, r.retransmitted.value_or(0),
                  r.planned, sessions_begun(r), r.turned_away, r.interrupted});
  if (!r.trouble.empty()) r.rig.note(validity::invalid, r.trouble);
  std::size_t broken = 0;
  for (auto const& f : r.findings) broken += f.outcome == history::verdict::fail ? f.times : 0;
  r.slos.clear();
  for (auto const& one : slos) r.slos.push_back(judge(one, r.figures, r.measured, broken));
}

assembly::assembly(plan const& p, run_options const& o, std::size_t contributors, base::instant began)
    : plan_(p),
      options_(o),
      before_(read_machine()),
      began_(began),
      builder_(std::make_unique<series_builder>(record_, o)),
      series_(contributors, [this](interval one) { builder_->take(std::move(one)); }) {
  auto& r = record_;
  if (p.who) r.profile = p.who->name, r.title = p.who->title;
  r.plays_scenario = p.who == nullptr;
  r.part = p.ours;
  r.host = host_name();
  r.target = p.where->name;
  r.target_version = p.where->version;
  r.seed = p.seed;
  r.users = p.users;
  r.threads = p.threads;
  r.processes = std::max(1u, unsigned(o.processes.size()));
  r.factor = p.factor;
  r.ramp = double(p.ramp.count()) / 1e9;
  r.duration = double(p.duration.count()) / 1e9;
  r.environment = o.around;
  if (o.server) r.server_seen = o.server->what();
  if (o.begin) o.begin(r);
}

assembly::~assembly() = default;

load_record assembly::finish(std::vector<worker_result> results, bool interrupted) {
  series_.end();
  builder_->end();
  auto& r = record_;
  auto s = put_together(std::move(results));
  r.figures = std::move(s.figures);
  r.endpoints = endpoint_rows(s.endpoints, *plan_.where);
  r.stall_max = 0;
  r.findings = std::move(s.findings);
  r.findings_dropped = s.findings_dropped;
  r.turned_away = s.turned_away;
  r.asked = s.asked;
  r.cpu = s.cpu_sum;
  r.segments = s.segments;
  r.trouble = s.trouble;
  r.interrupted = interrupted;
  r.measured = std::clamp(double((base::now() - began_ - plan_.ramp).count()) / 1e9, 0.0, r.duration);
  sum_up(r);
  auto const after = read_machine();
  r.busiest_thread = r.measured > 0 ? s.cpu / r.measured : 0;
  r.steal = after.all > before_.all ? (after.steal - before_.steal) / (after.all - before_.all) : 0;
  judge_record(r, options_.slos);
  return std::move(r);
}

}  // namespace mailrig::load
