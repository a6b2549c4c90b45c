// second_account: the account of a scenario's other user, seen to from beside it: emptied before the scenario and after
// it, and a session of it that has no part in what the scenario does.
#pragma once

#include <optional>

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
  /// Asks the session that was there before for a sign. `hurried`: the server has been silent for long enough.
  void ask(bool hurried);
  /// Whether it gives one; the fault says what it does instead.
  base::result<void> still_answers();
  /// Whether one that comes now is let in.
  base::result<void> lets_in(history::protocol proto, bool hurried);
  bool was_silent() const { return stage_.gave_up(); }

 private:
  void go_on(bool hurried);

  runner_options const& options_;
  check::judge nobody_;
  stage stage_;
  std::optional<stage::question> asked_;
  housekeeping house_;
};

}  // namespace mailrig::scenario
