// series: see series.hpp.
#include "load/series.hpp"

#include <algorithm>
#include <utility>

namespace mailrig::load {

series::series(std::size_t contributors, std::function<void(interval)> listener)
    : contributors_(contributors), listener_(std::move(listener)), thread_([this] { run(); }) {}

series::~series() { end(); }

void series::take(interval i) {
  std::lock_guard const lock(mutex_);
  handed_in_.push_back(std::move(i));
  news_.notify_one();
}

void series::leave() {
  std::lock_guard const lock(mutex_);
  ++left_;
  news_.notify_one();
}

void series::end() {
  {
    std::lock_guard const lock(mutex_);
    over_ = true;
    news_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void series::run() {
  for (bool over = false; !over;) {
    std::vector<interval> now;
    {
      std::unique_lock lock(mutex_);
      news_.wait(lock, [&] { return over_ || left_ > 0 || !handed_in_.empty(); });
      contributors_ -= std::min(contributors_ - 1, std::exchange(left_, 0));
      now = std::exchange(handed_in_, {});
      over = over_ && now.empty();
    }
    for (auto& i : now) add(std::move(i));
    hand_on_complete();
  }
  while (!open_.empty()) hand_on_first();
}

void series::add(interval i) {
  auto& [count, sum] = open_[i.second];
  sum.second = i.second;
  sum.merge(i);
  ++count;
}

void series::hand_on_complete() {
  while (!open_.empty() && open_.begin()->second.first >= contributors_) hand_on_first();
}

void series::hand_on_first() {
  auto first = open_.extract(open_.begin());
  listener_(std::move(first.mapped().second));
}

}  // namespace mailrig::load
