// server_sampler: see server_sampler.hpp.
#include "load/server_sampler.hpp"

#include <chrono>

namespace mailrig::load {

server_sampler::server_sampler(server_watch watch) : watch_(std::move(watch)), thread_([this] { run(); }) {}

server_sampler::~server_sampler() {
  {
    std::lock_guard const lock(mutex_);
    over_ = true;
    ends_.notify_one();
  }
  thread_.join();
}

std::optional<server_sample> server_sampler::latest() const {
  std::lock_guard const lock(mutex_);
  return latest_;
}

void server_sampler::run() {
  while (!over_) {
    auto const at = base::now();
    auto const counters = watch_.read([this] { return over_.load(); });
    std::unique_lock lock(mutex_);
    if (counters) latest_ = {at, *counters};
    auto const passed = base::now() - at;
    ends_.wait_for(lock, std::chrono::seconds(1) - passed, [this] { return over_.load(); });
  }
}

}  // namespace mailrig::load
