// fill_work: see fill_work.hpp.
#include "load/fill/fill_work.hpp"

#include <iterator>
#include <utility>

namespace mailrig::load {

std::optional<std::size_t> fill_work::account() {
  std::lock_guard const lock(mutex_);
  if (over_ || next_ >= to_) return std::nullopt;
  ++looking_;
  return next_++;
}

void fill_work::found(std::size_t account, std::vector<fill_lot> lots) {
  std::lock_guard const lock(mutex_);
  --looking_;
  if (!lots.empty())
    open_[account].lots.assign(std::make_move_iterator(lots.begin()), std::make_move_iterator(lots.end()));
  news_.notify_all();
}

std::optional<std::size_t> fill_work::busiest() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (over_) return std::nullopt;
    auto most = open_.end();
    for (auto a = open_.begin(); a != open_.end(); ++a)
      if (!a->second.lots.empty() && (most == open_.end() || a->second.lots.size() > most->second.lots.size()))
        most = a;
    if (most != open_.end()) return most->first;
    if (looking_ == 0) return std::nullopt;
    news_.wait(lock);
  }
}

std::optional<fill_lot> fill_work::lot(std::size_t account) {
  std::lock_guard const lock(mutex_);
  auto const at = open_.find(account);
  if (over_ || at == open_.end() || at->second.lots.empty()) return std::nullopt;
  auto out = std::move(at->second.lots.front());
  at->second.lots.pop_front();
  ++at->second.under_way;
  return out;
}

bool fill_work::done(std::size_t account) {
  std::lock_guard const lock(mutex_);
  auto const at = open_.find(account);
  if (at == open_.end() || --at->second.under_way > 0 || !at->second.lots.empty()) return false;
  bool const whole = !at->second.dropped;
  open_.erase(at);
  return whole;
}

void fill_work::drop(std::size_t account) {
  std::lock_guard const lock(mutex_);
  auto const at = open_.find(account);
  if (at == open_.end()) return;
  at->second.lots.clear();
  at->second.dropped = true;
}

void fill_work::end() {
  std::lock_guard const lock(mutex_);
  over_ = true;
  news_.notify_all();
}

}  // namespace mailrig::load
