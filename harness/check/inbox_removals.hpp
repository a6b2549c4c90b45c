// inbox_removals: what IMAP sessions do that may take messages out of an account's inbox, which its POP3 sessions are
// not told of.
#pragma once

#include <map>
#include <set>
#include <string>

#include "check/checker.hpp"

namespace mailrig::check {

class inbox_removals {
 public:
  /// Items of IMAP sessions.
  void see(item const& i) {
    if (!i.command || (i.kind != item_kind::command && i.kind != item_kind::response)) return;
    if (!i.command->is_one_of("EXPUNGE", "CLOSE", "MOVE", "REPLACE", "DELETE", "RENAME")) return;
    auto& a = accounts_[i.imap->account];
    if (i.kind == item_kind::command)
      ++a.sent, a.under_way.insert({i.session, i.command->serial});
    else
      a.under_way.erase({i.session, i.command->serial});
  }

  /// Sent so far by anybody.
  std::uint64_t sent(std::string const& account) const {
    auto const at = accounts_.find(account);
    return at == accounts_.end() ? 0 : at->second.sent;
  }
  /// Not answered yet: it may take effect at any time.
  bool under_way(std::string const& account) const {
    auto const at = accounts_.find(account);
    return at != accounts_.end() && !at->second.under_way.empty();
  }

 private:
  struct one {
    std::uint64_t sent = 0;
    std::set<std::pair<history::session_id, std::uint32_t>> under_way;
  };
  std::map<std::string, one> accounts_;
};

}  // namespace mailrig::check
