// series: puts the seconds of several threads or processes together, in order.
#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "load/worker.hpp"

namespace mailrig::load {

/// Any thread hands in; each second is handed on once, when all have it. `listener` is called under a lock.
class series final : public interval_sink {
 public:
  series(std::size_t contributors, std::function<void(interval)> listener)
      : contributors_(contributors), listener_(std::move(listener)) {}

  void take(interval p) override {
    std::lock_guard const lock(mutex_);
    auto& [count, sum] = open_[p.second];
    sum.second = p.second;
    sum.merge(p);
    ++count;
    while (!open_.empty() && open_.begin()->second.first >= contributors_) pass_on();
  }
  /// Nobody will hand in any more.
  void end() {
    std::lock_guard const lock(mutex_);
    while (!open_.empty()) pass_on();
  }

 private:
  void pass_on() {
    auto p = std::move(open_.begin()->second.second);
    open_.erase(open_.begin());
    listener_(std::move(p));
  }
  std::size_t contributors_;
  std::function<void(interval)> listener_;
  std::mutex mutex_;
  std::map<std::int64_t, std::pair<std::size_t, interval>> open_;
};

}  // namespace mailrig::load
