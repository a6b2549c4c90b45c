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
  out.heat.resize(heat_buckets);
  base::latency_histogram all;
  for (std::size_t k = 0; k < p.kinds.size(); ++k) {
    if (!p.kinds[k]) continue;
    auto const& b = *p.kinds[k];
    auto const& name = name_of(kind_id(k));
    out.kinds[name] = {b.done, b.failed, b.late, b.response.quantile(0.5), b.response.quantile(0.99)};
    if (is_compound(name)) continue;
    out.done += b.done;
    out.failed += b.failed;
    out.refused += b.refusals.by_policy();
    out.late += b.late;
    all.merge(b.response);
  }
  all.each([&](std::size_t bucket, std::uint64_t times) {
    out.heat[heat_bucket(base::latency_histogram::upper_bound(bucket))] += std::uint32_t(times);
  });
  out.p50 = all.quantile(0.5);
  out.p95 = all.quantile(0.95);
  out.p99 = all.quantile(0.99);
  out.max = all.max();
  out.devices = p.devices;
  out.octets_in = p.octets_in;
  out.octets_out = p.octets_out;
  out.findings = p.findings;
  out.dispatch_max = p.dispatch_max;
  out.stall_max = p.stall_max;
  return out;
}

}  // namespace mailrig::load
