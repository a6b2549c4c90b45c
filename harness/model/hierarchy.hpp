// hierarchy: which mailbox names of an account exist and which are subscribed, from what all sessions did and were
// answered (RFC 3501 §6.3.3 to §6.3.9). Between commands under way at once no order is assumed.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "model/conversation.hpp"
#include "model/interval_register.hpp"

namespace mailrig::model {

class hierarchy {
 public:
  struct name {
    interval_register exists, subscribed;
    std::vector<operation_ptr> made,
        unmade;  ///< answered OK: CREATE and RENAME to it; DELETE and RENAME away. A few of each
    /// Answered OK, and of other names, which may have made or taken away this one too: CREATE and RENAME of what lies
    /// below it, RENAME of what lies above. A few of each.
    std::vector<operation_ptr> made_with, unmade_with;
    operation_ptr opened;  ///< SELECT or EXAMINE, answered OK since it was made
  };

  /// Call with each item before the models have taken it in; `now` is its place. What is sent counts from now on; what
  /// is answered when answered() is called.
  void see(item const& i, place now);
  /// The operation of a command under way; null: it was not seen.
  operation_ptr operation_of(item const& i) const;
  /// Takes in the tagged response, after it was judged. Does nothing for others.
  void answered(item const& i, place now);

  name const* find(std::string const& account, std::string_view mailbox) const;
  /// Calls f(mailbox, name) for each that was ever spoken of, in their order.
  template <class F>
  void each(std::string const& account, F f) const {
    auto const prefix = account + "\n";
    for (auto at = names_.lower_bound(prefix); at != names_.end() && at->first.starts_with(prefix); ++at)
      f(std::string_view(at->first).substr(prefix.size()), at->second);
  }
  /// This LSUB, which is being answered, told of the name or would have told of it.
  void told_subscribed(std::string const& account, std::string_view mailbox, operation_ptr const& by, bool subscribed);
  /// Of a subscribed mailbox that was renamed, and whose names nobody has subscribed or unsubscribed since.
  struct carried {
    std::string from, to;
    operation_ptr by;  ///< the RENAME
  };
  std::vector<carried> const& carried_subscriptions(std::string const& account) { return carried_[account]; }
  /// As LIST and LSUB tell it of all names; nothing: not told yet, or not the same everywhere. '\0': a flat hierarchy.
  std::optional<char> delimiter(std::string const& account) const;
  /// CREATE, DELETE or RENAME of any session, `but` this, is under way, or was when its session ended.
  bool changing(operation const* but) const;

 private:
  name& of(std::string const& account, std::string_view mailbox);
  void asked(item const& i, place now);
  void renamed_below(std::string const& account, std::string_view from, std::string_view to, operation_ptr const& d);
  void subscription_follows(std::string const& account, std::string const& from, std::string const& to,
                            operation_ptr const& d);
  void made_above(std::string const& account, std::string_view mailbox, operation_ptr const& d);
  template <class F>
  void each_of(std::string const& account, F f);  ///< as each(), to change them
  void with_others(std::string const& account, wire::imap::command const& c, operation_ptr const& d);

  std::map<std::string, name> names_;  ///< by account and name
  std::map<std::string, std::vector<carried>> carried_;
  std::map<std::string, std::set<char>> delimiters_;  ///< by account
  std::map<history::session_id, std::map<std::uint32_t, std::shared_ptr<operation>>> running_;
  bool lost_ = false;  ///< a session ended while it changed names, or changed one that may be called otherwise
};

/// One name begins with the other, whatever parts levels.
inline bool is_below(std::string_view name, std::string_view of) {
  return name.size() > of.size() && name.starts_with(of);
}

/// CREATE, DELETE or RENAME.
bool changes_names(wire::imap::command const& c);

}  // namespace mailrig::model
