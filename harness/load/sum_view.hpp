// sum_view: the seconds of all shards as one run's, while it runs: for who looks on at the first shard.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "load/record.hpp"
#include "load/series.hpp"

namespace mailrig::load {

class sum_view {
 public:
  /// `listener` as of run_options, with the sum; on a thread of this.
  sum_view(std::size_t shards, std::vector<slo> slos,
           std::function<void(series_row const&, load_record const& so_far)> listener);
  ~sum_view();

  /// Of a shard, also of this one. Any thread.
  void take(interval second) { series_.take(std::move(second)); }
  /// A shard is lost. Any thread.
  void leave() { series_.leave(); }
  /// What this shard knows of the run, and has measured of its machine and of the server. Any thread.
  void know(series_row const& own, load_record const& so_far);
  /// The run is over.
  void end() { series_.end(); }

 private:
  void show(interval second);

  std::vector<slo> slos_;
  std::function<void(series_row const&, load_record const&)> listener_;
  std::mutex mutex_;  ///< of what follows
  load_record sum_;
  series_row own_;  ///< the latest
  bool known_ = false;
  outage_watch watch_;
  reconnection_watch returns_;
  series series_;  ///< last: its thread uses what stands above
};

}  // namespace mailrig::load
