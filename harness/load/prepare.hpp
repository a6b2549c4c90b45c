// prepare: puts the mail that a population begins with into its accounts, and takes it away again.
#pragma once

#include "load/fill/fill.hpp"
#include "load/plan.hpp"

namespace mailrig::load {

struct preparation {
  bool may_empty = false;  ///< mail that is there may be removed
  std::size_t jobs = 8;
  std::function<void(fill_progress const&)> filling;                ///< of a profile with [fill]
  std::function<void(std::size_t done, std::size_t all)> progress;  ///< from the working threads, one at a time
};

/// Accounts [from, to) of the target. The fault is the first that was met. After it, or when interrupted, what was put
/// there is taken away again, where the server is not ours. Of a profile with [fill] what is missing is put in, and all
/// of it stays, then and after the run.
base::result<void> prepare(plan const& p, std::size_t from, std::size_t to, preparation const& how,
                           std::atomic<bool> const& interrupted);
/// Removes our mail and mailboxes from accounts [0, to). Not needed where the server is ours.
base::result<void> clean_up(plan const& p, std::size_t to, preparation const& how);

}  // namespace mailrig::load
