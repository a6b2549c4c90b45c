// capacity: how much load a server takes while it keeps its SLOs: doubles until it breaks, halves the bracket on a log
// scale, settles each point by repeated trials, and soaks what it found. Knows no server: it is given a trial to make.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "load/record.hpp"
#include "load/usl.hpp"

namespace mailrig::load {

struct capacity_options {
  double least = 10, most = 100000;
  double tolerance = 0.05;  ///< the bracket's ends are at most so far apart, relatively
  unsigned repeats = 3;     ///< trials of a point at most; two that agree settle it
  bool whole = true;        ///< users; false: a rate, which may be broken
};

enum class trial_verdict : std::uint8_t { met, missed, invalid };

struct trial {
  double load = 0;
  bool soak = false;
  trial_verdict came = trial_verdict::invalid;
  double rate = 0;                          ///< operations done a second
  std::uint64_t p50 = 0, p95 = 0, p99 = 0;  ///< of response, all kinds; nanoseconds
  double errors = 0, server_cpu = 0;
  std::uint64_t server_memory = 0;
  std::vector<slo_verdict> slos;
  std::vector<std::string> reasons;  ///< why it is invalid or degraded
};

struct capacity_result {
  double holds = 0;          ///< the most that met its SLOs, soaked; 0: not even the least
  double breaks = 0;         ///< the least above it that missed one; 0: none was found
  std::string first_broken;  ///< the SLO that is missed most often just above
  std::string limit;         ///< why no upper bound was found; empty when there is one
  std::vector<trial> trials;
  std::optional<usl_fit> curve;
  bool interrupted = false;
};

/// Makes a trial at a load, as a soak or not. Blocks.
using make_trial = std::function<trial(double load, bool soak)>;

capacity_result search_capacity(capacity_options const& o, make_trial const& make,
                                std::atomic<bool> const& interrupted);

/// What a run says of a load.
trial trial_of(load_record const& r, double load, bool soak);

}  // namespace mailrig::load
