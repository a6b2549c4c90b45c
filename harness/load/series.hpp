// series: puts the seconds of several threads or processes together, in order, on a thread of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "load/worker.hpp"

namespace mailrig::load {

/// Each second is handed on once, when all have handed it in. Whoever hands in waits for nothing but a short lock,
/// however long the listener takes.
class series final : public interval_sink {
 public:
  /// `listener` is called on the series' own thread.
  series(std::size_t contributors, std::function<void(interval)> listener);
  ~series() override;

  void take(interval i) override;
  /// One of the contributors is gone: what the others have is handed on without it.
  void leave();
  /// Nobody will hand in any more: what is there is handed on, and then no call is under way.
  void end();

 private:
  void run();
  void add(interval i);
  void hand_on_complete();
  void hand_on_first();

  std::size_t contributors_;
  std::function<void(interval)> listener_;
  std::map<std::int64_t, std::pair<std::size_t, interval>> open_;  ///< by second: from how many, and their sum
  std::mutex mutex_;                                               ///< of what follows
  std::condition_variable news_;
  std::vector<interval> handed_in_;
  std::size_t left_ = 0;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace mailrig::load
