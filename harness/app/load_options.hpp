// load_options: what `mailrig load` and `mailrig capacity` may be told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/options.hpp"

namespace mailrig::app {

struct load_options {
  std::string profile, target, defect, rate, arrivals = "poisson", trace, node, server_pid, cgroup, metrics, dashboard,
                                             timeout, policy;
  std::string duration = "60s", ramp = "5s", patience = "30s";
  std::vector<std::string> slos, reports, sources, latitudes;
  std::size_t users = 0, concurrency = 0, processes = 1;
  unsigned threads = 0;
  double factor = 1;
  std::uint64_t seed = 1, trace_limit = std::uint64_t(4) << 30;
  bool day = false, no_judge = false, allow_destructive = false, existing = false;
  std::string shard, rendezvous, rendezvous_timeout = "60s";
  bool no_shard = false, tolerate_lost = false;
  std::string command;  ///< as typed, for the report
  // Of a worker process, which another mailrig has started:
  unsigned worker = 0, worker_of = 0;
  std::int64_t begin_at = 0;  ///< steady clock, nanoseconds
  std::string worker_target;  ///< a target file
};

/// Those that both have.
void add_load_options(options& c, load_options& o);

}  // namespace mailrig::app
