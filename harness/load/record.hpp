// record: what a load run came to; every report is a view of it.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "history/finding.hpp"
#include "load/endpoint_book.hpp"
#include "load/environment.hpp"
#include "load/interval.hpp"
#include "load/offered.hpp"
#include "load/outage.hpp"
#include "load/reconnection.hpp"
#include "load/second_histogram.hpp"
#include "load/shard.hpp"
#include "load/slo.hpp"
#include "load/tally.hpp"
#include "load/validity.hpp"
#include "net/segment_counts.hpp"

namespace mailrig::load {

/// One second of the series, all threads and processes together. Times are of response, in nanoseconds.
struct series_row {
  /// Four buckets an octave from 8 us on; the last holds what is longer.
  static constexpr std::size_t heat_buckets = 96;
  static std::size_t heat_bucket(std::uint64_t nanoseconds);
  static std::uint64_t heat_bound(std::size_t bucket);  ///< its lower bound, nanoseconds

  struct of_kind {
    std::uint64_t done = 0, failed = 0, late = 0, p50 = 0, p99 = 0;
    second_histogram response = {};
  };
  std::int64_t second = 0;
  std::uint64_t done = 0, failed = 0, late = 0, p50 = 0, p95 = 0, p99 = 0, max = 0;
  std::uint64_t refused = 0;  ///< of the failed ones: by the server's policy
  std::vector<std::uint32_t> heat;
  std::array<std::uint32_t, interval::tenths> good{}, broken{}, declined{}, lost{},
      back{};  ///< as of an interval, whose `refused` are the declined
  std::map<std::string, of_kind> kinds;
  census devices;
  std::uint64_t octets_in = 0, octets_out = 0, findings = 0, dispatch_max = 0, stall_max = 0;
  double own_cpu = 0, machine_cpu = 0, steal = 0;  ///< cores; shares of the machine
  double server_cpu = 0;                           ///< cores
  std::uint64_t own_memory = 0, server_memory = 0, server_read = 0, server_written = 0;  ///< octets (a second)

  static series_row of(interval const& p);
  /// Of the same second, from another shard: counts exactly; CPU and memory of the rig as a sum, and of machines and of
  /// the server, which all see, the most.
  void merge(series_row const& other);
  /// Percentiles and the heat anew, from the kinds' histograms.
  void tell_times();
  /// What can be told of it without its histograms, for an outage_watch.
  interval outline() const;
};

/// What a sum says of one of its shards.
struct shard_account {
  unsigned number = 1;
  bool lost = false;
  std::string why;  ///< it is lost
  validity grade = validity::valid;
  std::vector<std::string> reasons;
  std::uint64_t operations = 0;
  double measured = 0;
  std::string host;
  std::optional<std::int64_t> clock_offset;  ///< nanoseconds that its clock is ahead of the first shard's
  std::int64_t clock_within = 0;             ///< nanoseconds: the offset is known so well
};

struct load_record {
  std::string profile, title, target, target_version, command, started, mode;
  std::string existing;  ///< the mail that lay there, in words; empty: the run put in its own
  std::uint64_t seed = 0;
  std::size_t users = 0;
  unsigned threads = 1, processes = 1;
  std::string plan;                          ///< digest of what it was to play; empty: not told
  shard part;                                ///< whose figures these are; a sum is 1 of 1
  std::string host;                          ///< that it ran on
  std::optional<std::int64_t> clock_offset;  ///< as of a shard_account
  std::int64_t clock_within = 0;
  offered asked;
  std::vector<shard_account> shards;  ///< of a sum
  int exit_code = 0;
  double factor = 1, ramp = 0, duration = 0, measured = 0;  ///< seconds; measured: what was played of the duration
  bool interrupted = false;
  load::environment environment;
  bool plays_scenario = false;  ///< and no profile
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
  double cpu = 0;       ///< seconds of the rig's, all threads over the measured time
  double cpu_each = 0;  ///< of them, for an operation
  double busiest_thread = 0, steal = 0;
  net::segment_counts segments;
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
