// left_over: what a run of mailrig that was interrupted left in an account: mail in the inbox, and mailboxes.
#pragma once

#include <set>

#include "scenario/own_mail.hpp"
#include "scenario/stage.hpp"

namespace mailrig::scenario {

/// "mailrig-3f-12" and whatever goes on from there: `name`, which comes after the target's prefix, is made as mailrig
/// makes names. Somebody's own "mailrig-ideas" is not.
bool is_own_mailbox(std::string_view name);

/// True once for each account of a target in this process: what is found there later is its own.
bool is_first_visit(target const& t, std::string const& user);

/// Works on one player, who is authenticated (POP3: in the maildrop) and selects nothing; blocks.
class left_over {
 public:
  left_over(stage& s, player& p) : stage_(s), player_(p) {}

  /// Deletes and unsubscribes mailboxes of ours whose names begin with `prefix`; one that is called "mailrig-..." in
  /// another way than ours are goes too, where no other mail than ours is in it.
  void remove_mailboxes(std::string const& prefix);
  /// Removes the inbox's `count` messages if each is one that mailrig wrote, and nobody is at work with them; else
  /// none. The fault, for people, says what they are: "of which 60 are an interrupted run's".
  base::result<void> remove_mail(std::uint64_t count);

 private:
  base::result<void> remove_imap(std::uint64_t count);
  base::result<void> remove_pop3(std::uint64_t count);
  std::set<std::uint64_t> look(std::string const& uids, std::string_view item,
                               bool (left_over::*mine)(std::string const&) const, std::set<std::uint64_t>& others);
  bool is_marked(std::string const& header) const { return own_mail::marked(header); }
  bool is_wholly_ours(std::string const& octets) const { return is_own_mail(octets); }
  bool holds_others_mail(std::string const& mailbox);
  bool is_quiet(std::uint64_t count);

  stage& stage_;
  player& player_;
};

}  // namespace mailrig::scenario
