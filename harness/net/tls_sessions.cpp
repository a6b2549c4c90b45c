// tls_sessions: see tls_sessions.hpp.
#include "net/tls_sessions.hpp"

#include <algorithm>

namespace mailrig::net {

void tls_sessions::keep(std::string const& server, openssl::session s) {
  if (share_ <= 0) return;
  std::lock_guard const lock(mutex_);
  auto& of = kept_[server];
  of.push_back(std::move(s));
  if (of.size() > most_kept) of.pop_front();
}

openssl::session tls_sessions::take(std::string const& server) {
  if (share_ <= 0) return {};
  std::lock_guard const lock(mutex_);
  // What could not be resumed is made up for, but no more than a few: the share is of the whole run, not of a burst.
  owed_ = std::min(owed_ + share_, 4.0);
  auto& of = kept_[server];
  if (owed_ < 1 || of.empty()) return {};
  owed_ -= 1;
  auto out = std::move(of.back());
  of.pop_back();
  return out;
}

}  // namespace mailrig::net
