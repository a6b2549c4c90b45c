// shared_names: mailboxes whose mail other users may change, whom this record does not show: those below NAMESPACE's
// other parts (RFC 2342 §5), and those on which somebody was given rights (RFC 4314 §3.1). What all sessions of one
// account know together of such a mailbox is never all that happened to it.
#pragma once

#include <set>
#include <string>

#include "model/conversation.hpp"

namespace mailrig::model {

class shared_names {
 public:
  /// Call with each item before the models have taken it in.
  void see(item const& i);
  bool has(std::string const& account, std::string_view mailbox) const;

 private:
  void told_namespaces(item const& i);

  std::set<std::string, std::less<>> prefixes_;  ///< by account, a line end between
};

}  // namespace mailrig::model
