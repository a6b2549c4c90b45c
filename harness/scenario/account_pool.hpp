// account_pool: the accounts of a target that nobody plays on at the moment.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "session/login.hpp"
#include "session/login_pace.hpp"

namespace mailrig::scenario {

/// An account, and whether this run has seen it empty: what lies there since is the run's own.
struct pooled_account {
  session::credentials who;
  bool seen_empty = false;
};

/// Any thread.
class account_pool {
 public:
  /// `pace` says who may log in when, and outlives the pool.
  account_pool(std::vector<session::credentials> const& all, session::login_pace const& pace);
  /// Waits until so many are free; fewer where not so many are left. The first may log in soonest.
  std::vector<pooled_account> take(std::size_t count);
  void put(pooled_account one);
  /// `one` is not to be played on any more, unless it is the last.
  void retire(pooled_account one);

 private:
  session::login_pace const& pace_;
  std::mutex mutex_;
  std::size_t left_ = 0;
  std::condition_variable ready_;
  std::vector<pooled_account> free_;
};

}  // namespace mailrig::scenario
