// existing: the mail that lies in accounts which are loaded as they are: nothing is put in before and nothing is taken
// out after. How much it is, and whether it is mailrig's own.
#pragma once

#include <atomic>
#include <vector>

#include "load/plan.hpp"

namespace mailrig::load {

/// By STATUS, or by STAT where there is POP3 alone.
struct existing_mail {
  std::size_t accounts = 0, mailboxes = 0;
  std::uint64_t messages = 0, largest = 0;  ///< largest: messages of the largest mailbox
  std::vector<std::uint64_t> inboxes;       ///< messages of each, ascending when all were looked at

  std::uint64_t inbox_median() const { return inboxes.empty() ? 0 : inboxes[inboxes.size() / 2]; }
  void add(existing_mail const& other);
};

/// "12 accounts with 48 mailboxes of 1,200,000 messages; ...", for people.
std::string in_words(existing_mail const& m);

/// Looks at accounts [from, to), several at once. Where the profile's devices change mail, the INBOXes have mailrig's
/// own mail only, unless `may_change`: the fault names the first that has other.
base::result<existing_mail> look_at_existing(plan const& p, std::size_t from, std::size_t to, bool may_change,
                                             std::atomic<bool> const& interrupted);

}  // namespace mailrig::load
