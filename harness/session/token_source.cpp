// token_source: see token_source.hpp.
#include "session/token_source.hpp"

namespace mailrig::session {

token_source::kept& token_source::of(std::string const& user) {
  std::lock_guard const lock(mutex_);
  auto& one = users_[user];
  if (!one) one = std::make_unique<kept>();
  return *one;
}

base::result<std::string> token_source::token(std::string const& user) {
  auto& one = of(user);
  std::lock_guard const lock(one.mutex);
  bool const over = lifetime_.count() > 0 && time_() - one.since >= lifetime_;
  one.used_before = !one.token.empty() && !over;
  if (one.used_before) return one.token;
  one.token.clear();
  auto printed = print_(user);
  if (!printed) return printed.error();
  one.token = *printed;
  one.since = time_();
  return one.token;
}

bool token_source::refused(std::string const& user, std::string const& token) {
  auto& one = of(user);
  std::lock_guard const lock(one.mutex);
  if (one.token != token) return true;  // there is a newer one
  one.token.clear();
  return one.used_before;
}

}  // namespace mailrig::session
