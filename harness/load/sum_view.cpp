// sum_view: see sum_view.hpp.
#include "load/sum_view.hpp"

#include <utility>

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
  sum_.profile = so_far.profile, sum_.title = so_far.title, sum_.mode = so_far.mode;
  sum_.target = so_far.target, sum_.target_version = so_far.target_version;
  sum_.command = so_far.command, sum_.started = so_far.started, sum_.plan = so_far.plan;
  sum_.seed = so_far.seed, sum_.users = so_far.users, sum_.factor = so_far.factor;
  sum_.ramp = so_far.ramp, sum_.duration = so_far.duration;
  sum_.server_seen = so_far.server_seen;
}

void sum_view::show(interval second) {
  std::lock_guard const lock(mutex_);
  watch_.take(second);
  for (std::size_t k = 0; k < second.kinds.size(); ++k) {
    if (!second.kinds[k]) continue;
    auto& f = sum_.figures.of(kind_id(k));
    f.response.merge(second.kinds[k]->response);
    f.done += second.kinds[k]->done;
    f.failed += second.kinds[k]->failed;
    f.late += second.kinds[k]->late;
  }
  auto row = series_row::of(second);
  row.own_cpu = own_.own_cpu, row.own_memory = own_.own_memory;
  row.machine_cpu = own_.machine_cpu, row.steal = own_.steal;
  row.server_cpu = own_.server_cpu, row.server_memory = own_.server_memory;
  row.server_read = own_.server_read, row.server_written = own_.server_written;
  auto const seconds = double(second.second + 1);
  sum_.stall_max = std::max(sum_.stall_max, second.stall_max);
  sum_.outages = watch_.so_far();
  sum_.slos.clear();
  for (auto const& s : slos_) sum_.slos.push_back(judge(s, sum_.figures, seconds, second.findings));
  sum_.rig = assess({&sum_.figures, seconds, sum_.stall_max, 0, 0, 0, 0, 0, 0, false});
  sum_.seconds.push_back(row);
  listener_(row, sum_);
}

}  // namespace mailrig::load
