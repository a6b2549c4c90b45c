// notify: what a session has asked to be told of unasked, and what was granted (RFC 5465 §3.1, §5, §6).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/imap/command.hpp"

namespace mailrig::model {

/// A NOTIFY command.
struct notify_request {
  struct group {
    std::string filter;              ///< "SELECTED", "MAILBOXES" ..., upper case
    std::vector<std::string> names;  ///< behind SUBTREE and MAILBOXES, canonical
    std::set<std::string> events;    ///< upper case; none: NONE
    std::set<std::string> items;     ///< that new messages are to be told with, as canonical_label has them

    bool of_selected() const { return filter.starts_with("SELECTED"); }
    bool asks(std::string_view event) const { return events.contains(std::string(event)); }
    bool of_messages() const;
    /// Events that may not stand alone (§5), without those that must stand beside them.
    bool unpaired() const;
  };

  bool status = false;        ///< STATUS of all mailboxes is asked for
  std::vector<group> groups;  ///< none: NOTIFY NONE

  /// Nothing where the command cannot be read.
  static std::optional<notify_request> of(wire::imap::command const& c);
  group const* selected() const;
};

/// Of one session.
class notify_session {
 public:
  void asked(wire::imap::command const& c);
  void completed(wire::imap::command const& c, bool ok);
  /// The server will tell no more, and says so (§5.8).
  void overflowed();

  /// What the last NOTIFY that was answered OK has asked; nothing: there was none.
  std::optional<notify_request> const& in_force() const { return in_force_; }
  bool overflown() const { return overflown_; }
  /// STATUS, LIST and METADATA may come at any time.
  bool tells_others() const;
  /// So may EXPUNGE (§5.3).
  bool expunges_any_time() const;
  /// Arrivals and removals of the selected mailbox, or what happens to flags there, are told as if NOTIFY were not.
  bool tells_mail() const { return all_ask("MESSAGENEW"); }
  bool tells_flags() const { return all_ask("FLAGCHANGE"); }
  bool tells_all() const { return tells_mail() && tells_flags(); }

 private:
  bool all_ask(std::string_view event) const;

  std::optional<notify_request> in_force_;
  std::vector<std::pair<std::string, notify_request>> sent_;  ///< by tag
  bool overflown_ = false;
};

}  // namespace mailrig::model
