// login_pace: see login_pace.hpp.
#include "session/login_pace.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mailrig::session {
namespace {

struct announcement {
  base::duration delay{};
  bool by_user = false;
};

announcement read(std::vector<std::string> const& capabilities) {
  for (auto const& line : capabilities) {
    auto const words = base::words(line);
    if (words.size() < 2 || !base::iequals(words[0], "LOGIN-DELAY")) continue;
    auto const seconds = base::number(words[1]);
    if (!seconds) continue;
    return {std::chrono::seconds(std::min<std::uint64_t>(*seconds, 86'400 * 365)),
            words.size() > 2 && base::iequals(words[2], "USER")};
  }
  return {};
}

}  // namespace

void login_pace::announced(std::vector<std::string> const& capabilities) {
  if (!heeds_words_) return;
  auto const a = read(capabilities);
  std::lock_guard const lock(mutex_);
  all_ = a.delay;
  by_user_ = a.by_user;
}

void login_pace::announced_to(std::string const& user, std::vector<std::string> const& capabilities) {
  if (!heeds_words_) return;
  auto const a = read(capabilities);
  std::lock_guard const lock(mutex_);
  auto& v = users_[user];
  // A login of before it was known counts from when it was.
  if (v.free.count() > 0) v.free += a.delay - sure_delay_of(v);
  v.knows_own = true;
  v.own = a.delay;
}

bool login_pace::owes_own_delay(std::string const& user) const {
  std::lock_guard const lock(mutex_);
  auto const at = users_.find(user);
  return by_user_ && (at == users_.end() || !at->second.knows_own);
}

base::duration login_pace::delay(std::string const& user) const {
  std::lock_guard const lock(mutex_);
  auto const at = users_.find(user);
  return at == users_.end() ? all_ : delay_of(at->second);
}

void login_pace::logged_in(std::string const& user, base::instant when) {
  std::lock_guard const lock(mutex_);
  auto& v = users_[user];
  v.free = when + sure_delay_of(v);
  v.next_try = {};
}

void login_pace::refused(std::string const& user, base::instant when) {
  std::lock_guard const lock(mutex_);
  auto& v = users_[user];
  v.next_try =
      v.next_try.count() ? v.next_try * 2 : std::max<base::duration>(sure_delay_of(v), std::chrono::seconds(1));
  v.free = std::max(v.free, when + v.next_try);
}

base::duration login_pace::wait(std::string const& user, base::instant now) const {
  std::lock_guard const lock(mutex_);
  auto const at = users_.find(user);
  if (at == users_.end()) return {};
  return std::max(base::duration{}, at->second.free - now);
}

}  // namespace mailrig::session
