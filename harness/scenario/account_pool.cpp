// account_pool: see account_pool.hpp.
#include "scenario/account_pool.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace mailrig::scenario {

account_pool::account_pool(std::vector<session::credentials> const& all, session::login_pace const& pace)
    : pace_(pace), left_(all.size()) {
  for (auto const& a : all) free_.push_back({a, false});
}

std::vector<pooled_account> account_pool::take(std::size_t count) {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [&] { return free_.size() >= std::min(count, left_); });
  // Who may log in soonest; where all may, who was here last, so that no more accounts are used than are needed.
  auto const wait = [&](pooled_account const& a) { return pace_.wait(a.who.user, base::now()); };
  std::vector<pooled_account> out;
  for (auto left = std::min(count, left_); left > 0; --left) {
    auto const best = std::ranges::min_element(free_.rbegin(), free_.rend(), {}, wait);
    out.push_back(std::move(*best));
    free_.erase(std::next(best).base());
  }
  return out;
}

void account_pool::put(pooled_account one) {
  {
    std::lock_guard const lock(mutex_);
    free_.push_back(std::move(one));
  }
  ready_.notify_all();  // who waits for two may not go on with one
}

void account_pool::retire(pooled_account one) {
  {
    std::lock_guard const lock(mutex_);
    if (left_ > 1) {
      --left_;
      ready_.notify_all();
      return;
    }
  }
  put(std::move(one));
}

}  // namespace mailrig::scenario
