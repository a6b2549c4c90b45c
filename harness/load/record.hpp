// record: what a load run came to; every report is a view of it.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "history/finding.hpp"
#include "load/endpoint_book.hpp"
#include "load/environment.hpp"
#include "load/interval.hpp"
#include "load/outage.hpp"
#include "load/reconnection.hpp"
#include "load/slo.hpp"
#include "load/tally.hpp"
#include "load/validity.hpp"

namespace mailrig::load {

/// One second of the series, all threads and processes together. Times are of response, in nanoseconds.
struct series_row {
  /// Four buckets an octave from 8 us on; the last holds what is longer.
  static constexpr std::size_t heat_buckets = 96;
  static std::size_t heat_bucket(std::uint64_t nanoseconds);
  static std::uint64_t heat_bound(std::size_t bucket);  ///< its lower bound, nanoseconds

  struct of_kind {
    std::uint64_t done = 0, failed = 0, late = 0, p50 = 0, p99 = 0;
  };
  std::int64_t second = 0;
  std::uint64_t done = 0, failed = 0, late = 0, p50 = 0, p95 = 0, p99 = 0, max = 0;
  std::uint64_t refused = 0;  ///< of the failed ones: by the server's policy
  std::vector<std::uint32_t> heat;
  std::map<std::string, of_kind> kinds;
  census devices;
  std::uint64_t octets_in = 0, octets_out = 0, findings = 0, dispatch_max = 0, stall_max = 0;
  double own_cpu = 0, machine_cpu = 0, steal = 0;  ///< cores; shares of the machine
  double server_cpu = 0;                           ///< cores
  std::uint64_t own_memory = 0, server_memory = 0, server_read = 0, server_written = 0;  ///< octets (a second)

  static series_row of(interval const& p);
};

struct load_record {
  std::string profile, title, target, target_version, command, started, mode;
  std::string existing;  ///< the mail that lay there, in words; empty: the run put in its own
  std::uint64_t seed = 0;
  std::size_t users = 0;
  unsigned threads = 1, processes = 1;
  double factor = 1, ramp = 0, duration = 0, measured = 0;  ///< seconds; measured: what was played of the duration
  bool interrupted = false;
  load::environment environment;
  tally figures;
  std::vector<series_row> seconds;
  std::vector<history::finding> findings;
  std::size_t findings_dropped = 0;
  std::vector<outage> outages;
  std::vector<reconnection> reconnections;
  std::vector<endpoint_row> endpoints;  ///< empty: the devices had none to choose from
  std::vector<slo_verdict> slos;
  verdict_on_rig rig;
  std::uint64_t turned_away = 0, planned = 0;
  double cpu_each = 0;  ///< seconds of the rig's CPU for an operation
  double busiest_thread = 0, steal = 0;
  std::optional<double> retransmitted;  ///< share of our connections' TCP segments; nothing: the system does not tell
  std::uint64_t stall_max = 0, own_memory = 0, connections_max = 0;
  std::string server_seen;  ///< whose CPU and memory stand beside; empty: nobody's
  double server_cpu = 0;    ///< cores, over the measured time
  std::uint64_t server_memory = 0;
  std::string server_memory_is;  ///< how it was added up; empty: a whole machine's
  std::string trouble;           ///< why it ended early; empty: it did not

  bool slos_missed() const { return std::ranges::any_of(slos, &slo_verdict::missed); }
  /// One that was asked for decides nothing, or none of them does.
  bool slos_undecided() const {
    bool const asked = std::ranges::any_of(slos, [](auto const& s) { return s.asked && !s.decided; });
    return asked || (!slos.empty() && std::ranges::none_of(slos, &slo_verdict::decided));
  }
  double rate() const {
    std::uint64_t done = 0;
    for (auto const& [name, f] : figures.kinds())
      if (!is_compound(name)) done += f->done;
    return measured > 0 ? double(done) / measured : 0;
  }
};

}  // namespace mailrig::load
