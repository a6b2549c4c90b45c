// trace_facts: what must be known of a whole trace before any of it is told: the mail and the mailboxes that were
// there, the delimiter, which UIDs clients will name.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "record/trace_mail.hpp"

namespace mailrig::record {

/// Sees all items of a trace in order. One thread.
class trace_facts final : public model::item_sink {
 public:
  void see(model::item const& i) override;

  trace_mail mail;
  std::vector<std::string> mailboxes;  ///< that were there, as clients spelled them, without INBOX
  char delimiter = '\0';
  bool dates = false;  ///< clients ask for INTERNALDATE, or by it
  /// INBOX, or a mailbox that clients speak of: others' are of no concern to them.
  bool concerns(std::string_view mailbox) const;
  /// A client names it by its UID.
  bool is_named(std::string const& mailbox, std::uint64_t uid) const { return named_.contains({mailbox, uid}); }
  /// A client names this UIDVALIDITY.
  bool is_named(std::uint64_t validity) const { return validities_.contains(validity); }

 private:
  void asked(model::item const& i);
  void completed(model::item const& i);
  void used(std::string_view mailbox);

  std::set<std::pair<std::string, std::uint64_t>> named_;
  std::set<std::uint64_t> validities_;
  std::set<std::string, std::less<>> made_;
};

}  // namespace mailrig::record
