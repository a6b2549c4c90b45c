// housekeeping: empties an account before and after a scenario, and puts the scenario's mail in.
#pragma once

#include "scenario/mailroom.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// Works on the stage's first player, "setup". Faults say what could not be done.
class housekeeping {
 public:
  housekeeping(stage& s, target const& t, std::string box, std::string delimiter)
      : stage_(s), target_(t), box_(std::move(box)), delimiter_(std::move(delimiter)) {}

  /// Logs in, and removes what an interrupted run of mailrig left; refuses an account that has other mail unless it may
  /// be emptied.
  base::result<void> prepare(bool may_empty, std::vector<message> const& mail);
  /// Removes what the scenario left: its mailboxes, its subscriptions, the inbox's mail.
  base::result<void> clean();
  /// prepare() found no mail: what lies there since came in with the scenario.
  bool found_empty() const { return found_empty_; }
  /// Flags that APPEND was given and did not keep, for people; STORE has set them since. Empty: none.
  std::string const& lost_flags() const { return lost_flags_; }
  /// The server answered OK to all that empties the inbox, whether or not it is empty now.
  bool agreed_to_empty() const { return agreed_; }

 private:
  base::result<void> empty_inbox();
  /// DELE for each of so many; until the session ends.
  void remove_all_of_drop(std::uint64_t n);
  void remove_left_mailboxes();
  /// What lies in the inbox when all that an interrupted run of ours left there is gone: nothing, or it is a fault.
  base::result<std::uint64_t> without_left_mail(std::uint64_t n);
  /// \Deleted by that STORE item for each message by itself; what is left then.
  base::result<std::uint64_t> removed_one_by_one(std::uint64_t n, std::string_view item);
  base::result<std::uint64_t> count();
  base::result<std::uint64_t> count_by_selecting();
  player& setup() { return stage_.at(0); }

  stage& stage_;
  target const& target_;
  std::string box_, delimiter_, lost_flags_;
  bool found_empty_ = false, agreed_ = false;
};

}  // namespace mailrig::scenario
