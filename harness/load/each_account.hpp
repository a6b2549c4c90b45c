// each_account: one piece of work in many accounts of a target, each in a session of its own, several side by side.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "load/plan.hpp"
#include "scenario/stage.hpp"

namespace mailrig::load {

struct account_work {
  std::string session;                ///< what its sessions are called
  std::vector<std::size_t> accounts;  ///< numbers within the target
  std::size_t jobs = 8;               ///< so many at once
  base::limits limits;
  session::allowance allowed;
  std::function<void(std::size_t done, std::size_t all)> progress;  ///< from the working threads, one at a time
  /// The session is the stage's first, by IMAP where the target has it, and has not logged in.
  std::function<base::result<void>(scenario::stage&, std::size_t account)> task;
};

/// Ends at the first fault, which names the account, or when interrupted.
base::result<void> each_account(scenario::target const& where, account_work work, std::atomic<bool> const& interrupted);

}  // namespace mailrig::load
