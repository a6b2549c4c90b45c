// interval: what one second of a run came to; live views and time series are made of these.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/latency_histogram.hpp"
#include "load/operation.hpp"
#include "load/refusal.hpp"

namespace mailrig::load {

/// Devices by what they do at the moment.
struct census {
  std::uint64_t away = 0, connecting = 0, waiting = 0, thinking = 0, idle = 0;
  std::uint64_t connections = 0;  ///< open ones
  void merge(census const& o) {
    away += o.away, connecting += o.connecting, waiting += o.waiting, thinking += o.thinking, idle += o.idle;
    connections += o.connections;
  }
};

struct interval {
  struct of_kind {
    base::latency_histogram response;
    std::uint64_t done = 0, failed = 0, late = 0;
    refusal_counts refusals;  ///< of the failed ones
  };
  /// Tenths of a second: operations that were done, connections that broke or could not be made, and what the server
  /// declined in words.
  static constexpr std::size_t tenths = 10;

  std::int64_t second = 0;                      ///< since the run began
  std::vector<std::unique_ptr<of_kind>> kinds;  ///< by kind_id
  std::array<std::uint32_t, tenths> good{}, broken{}, refused{};
  std::array<std::uint32_t, tenths> lost{}, back{};  ///< devices that lost their connection, and that have one again
  census devices;
  std::uint64_t octets_in = 0, octets_out = 0, findings = 0;
  std::uint64_t dispatch_max = 0,
                stall_max = 0;  ///< nanoseconds: our own lateness, the longest that a loop stood still

  void record(operation const& o, refusal const* by = nullptr) {
    if (o.kind >= kinds.size()) kinds.resize(o.kind + 1u);
    auto& b = kinds[o.kind];
    if (!b) b = std::make_unique<of_kind>();
    ++(o.came == outcome::done ? b->done : o.came == outcome::failed ? b->failed : b->late);
    if (by) b->refusals.add(*by);
    if (o.came != outcome::failed && o.done > o.intended)
      b->response.record(std::uint64_t((o.done - o.intended).count()));
  }
  /// Of the same second, from another thread or process.
  void merge(interval const& other) {
    if (other.kinds.size() > kinds.size()) kinds.resize(other.kinds.size());
    for (std::size_t k = 0; k < other.kinds.size(); ++k) {
      if (!other.kinds[k]) continue;
      if (!kinds[k]) kinds[k] = std::make_unique<of_kind>();
      kinds[k]->response.merge(other.kinds[k]->response);
      kinds[k]->done += other.kinds[k]->done;
      kinds[k]->failed += other.kinds[k]->failed;
      kinds[k]->late += other.kinds[k]->late;
      kinds[k]->refusals.merge(other.kinds[k]->refusals);
    }
    for (std::size_t i = 0; i < tenths; ++i)
      good[i] += other.good[i], broken[i] += other.broken[i], refused[i] += other.refused[i];
    for (std::size_t i = 0; i < tenths; ++i) lost[i] += other.lost[i], back[i] += other.back[i];
    devices.merge(other.devices);
    octets_in += other.octets_in;
    octets_out += other.octets_out;
    findings += other.findings;
    dispatch_max = std::max(dispatch_max, other.dispatch_max);
    stall_max = std::max(stall_max, other.stall_max);
  }
};

}  // namespace mailrig::load
