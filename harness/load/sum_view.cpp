// sum_view: see sum_view.hpp.
#include "load/sum_view.hpp"

#include <utility>

#include "load/assembly.hpp"
#include "load/shard_merge.hpp"

namespace mailrig::load {

sum_view::sum_view(std::size_t shards, std::vector<slo> slos,
                   std::function<void(series_row const&, load_record const&)> listener)
    : slos_(std::move(slos)),
      listener_(std::move(listener)),
      series_(shards, [this](interval second) { show(std::move(second)); }) {}

sum_view::~sum_view() { series_.end(); }

void sum_view::know(series_row const& own, load_record const& so_far) {
  std::lock_guard const lock(mutex_);
  own_ = own;
  sum_.server_memory_is = so_far.server_memory_is;
  if (std::exchange(known_, true)) return;
  begin_sum(sum_, so_far);
  sum_.server_seen = so_far.server_seen;
}

void sum_view::show(interval second) {
  std::lock_guard const lock(mutex_);
  watch_.take(second);
  returns_.take(second);
  add_so_far(sum_, second);
  judge_so_far(sum_, second, slos_);
  auto row = series_row::of(second);
  row.own_cpu = own_.own_cpu, row.own_memory = own_.own_memory;
  row.machine_cpu = own_.machine_cpu, row.steal = own_.steal;
  row.server_cpu = own_.server_cpu, row.server_memory = own_.server_memory;
  row.server_read = own_.server_read, row.server_written = own_.server_written;
  sum_.outages = watch_.so_far();
  sum_.reconnections = returns_.so_far();
  sum_.seconds.push_back(row);
  listener_(row, sum_);
}

}  // namespace mailrig::load
