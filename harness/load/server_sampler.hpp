// server_sampler: looks once a second at what the server spends, on a thread of its own: whoever wants to know takes
// the latest that there is, and waits for nobody.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.hpp"
#include "load/server_watch.hpp"

namespace mailrig::load {

struct server_sample {
  base::instant at{};  ///< when it was asked for
  server_counters counters;
};

class server_sampler {
 public:
  /// Begins to look at once.
  explicit server_sampler(server_watch watch);
  /// Does not wait for an answer that is under way.
  ~server_sampler();
  server_sampler(server_sampler const&) = delete;

  /// Any thread. Nothing before the first answer; an older one while the server does not tell.
  std::optional<server_sample> latest() const;

 private:
  void run();

  server_watch watch_;
  std::atomic<bool> over_{false};
  mutable std::mutex mutex_;  ///< of latest_
  std::condition_variable ends_;
  std::optional<server_sample> latest_;
  std::thread thread_;
};

}  // namespace mailrig::load
