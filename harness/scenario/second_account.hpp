// second_account: the account of a scenario's other user, seen to from beside it: emptied before the scenario and after
// it, and a session of it that has no part in what the scenario does.
#pragma once

#include "scenario/housekeeping.hpp"
#include "scenario/runner.hpp"

namespace mailrig::scenario {

/// On the calling thread; what is passed must outlive it. Its sessions are told to nobody: whatever the server says to
/// them, other scenarios judge.
class second_account {
 public:
  second_account(net::loop& l, target const& t, runner_options const& o);
  /// Logs in and empties it. The fault says what could not be done.
  base::result<void> prepare();
  /// Removes what the scenario left there.
  base::result<void> clean();
  /// Whether the session that was there before, and one that comes now, are answered; the fault says which is not.
  base::result<void> is_served(history::protocol proto);

 private:
  runner_options const& options_;
  check::judge nobody_;
  stage stage_;
  housekeeping house_;
};

}  // namespace mailrig::scenario
