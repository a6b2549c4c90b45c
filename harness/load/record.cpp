// record: see record.hpp.
#include "load/record.hpp"

#include <bit>

namespace mailrig::load {

std::size_t series_row::heat_bucket(std::uint64_t v) {
  constexpr unsigned first = 13;  // 8.2 us
  if (v < (1u << first)) return 0;
  auto const octave = unsigned(std::bit_width(v)) - 1;
  auto const quarter = (v >> (octave - 2)) & 3;
  return std::min<std::size_t>((octave - first) * 4 + quarter, heat_buckets - 1);
}

std::uint64_t series_row::heat_bound(std::size_t b) {
  constexpr unsigned first = 13;
  return b == 0 ? 0 : std::uint64_t(4 + b % 4) << (first + b / 4 - 2);
}

series_row series_row::of(interval const& p) {
  series_row out;
  out.second = p.second;
  for (std::size_t k = 0; k < p.kinds.size(); ++k) {
    if (!p.kinds[k]) continue;
    auto const& b = *p.kinds[k];
    auto const& name = name_of(kind_id(k));
    auto& kind = out.kinds[name];
    kind.done = b.done, kind.failed = b.failed, kind.late = b.late;
    kind.response = second_histogram::of(b.response);
    if (!is_compound(name)) out.refused += b.refusals.by_policy();
  }
  out.good = p.good;
  out.broken = p.broken;
  out.declined = p.refused;
  out.lost = p.lost;
  out.back = p.back;
  out.devices = p.devices;
  out.octets_in = p.octets_in;
  out.octets_out = p.octets_out;
  out.findings = p.findings;
  out.dispatch_max = p.dispatch_max;
  out.stall_max = p.stall_max;
  out.tell_times();
  return out;
}

void series_row::tell_times() {
  done = failed = late = 0;
  heat.assign(heat_buckets, 0);
  second_histogram all;
  for (auto& [name, k] : kinds) {
    k.p50 = k.response.quantile(0.5);
    k.p99 = k.response.quantile(0.99);
    if (is_compound(name)) continue;
    done += k.done;
    failed += k.failed;
    late += k.late;
    all.merge(k.response);
  }
  all.each_value([&](std::uint64_t value, std::uint64_t times) { heat[heat_bucket(value)] += std::uint32_t(times); });
  p50 = all.quantile(0.5);
  p95 = all.quantile(0.95);
  p99 = all.quantile(0.99);
  max = all.max();
}

void series_row::merge(series_row const& o) {
  for (auto const& [name, k] : o.kinds) {
    auto& to = kinds[name];
    to.done += k.done, to.failed += k.failed, to.late += k.late;
    to.response.merge(k.response);
  }
  refused += o.refused;
  for (std::size_t i = 0; i < interval::tenths; ++i) {
    good[i] += o.good[i], broken[i] += o.broken[i], declined[i] += o.declined[i];
    lost[i] += o.lost[i], back[i] += o.back[i];
  }
  devices.merge(o.devices);
  octets_in += o.octets_in;
  octets_out += o.octets_out;
  findings += o.findings;
  dispatch_max = std::max(dispatch_max, o.dispatch_max);
  stall_max = std::max(stall_max, o.stall_max);
  own_cpu += o.own_cpu;
  own_memory += o.own_memory;
  machine_cpu = std::max(machine_cpu, o.machine_cpu);
  steal = std::max(steal, o.steal);
  server_cpu = std::max(server_cpu, o.server_cpu);
  server_memory = std::max(server_memory, o.server_memory);
  server_read = std::max(server_read, o.server_read);
  server_written = std::max(server_written, o.server_written);
}

interval series_row::outline() const {
  interval out;
  out.second = second;
  out.good = good;
  out.broken = broken;
  out.refused = declined;
  out.lost = lost;
  out.back = back;
  out.devices = devices;
  for (auto const& [name, k] : kinds) {
    auto const id = kind_named(name);
    if (id >= out.kinds.size()) out.kinds.resize(id + 1u);
    out.kinds[id] = std::make_unique<interval::of_kind>();
    out.kinds[id]->done = k.done, out.kinds[id]->failed = k.failed, out.kinds[id]->late = k.late;
  }
  return out;
}

}  // namespace mailrig::load
