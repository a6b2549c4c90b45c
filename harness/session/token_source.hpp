// token_source: tokens of OAuth that something prints when it is asked, one for each user: kept until a server has
// refused it, or until a stated lifetime is over.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace mailrig::session {

/// Any thread. Whoever asks first for a user's token waits until it is printed; others of that user wait for the same.
class token_source {
 public:
  using printer = std::function<base::result<std::string>(std::string const& user)>;
  /// A lifetime of 0 never ends. `time` is for tests.
  token_source(printer print, base::duration lifetime, std::function<base::instant()> time = base::now)
      : print_(std::move(print)), lifetime_(lifetime), time_(std::move(time)) {}

  /// The fault says why none was printed, and does not hold what was.
  base::result<std::string> token(std::string const& user);
  /// A server would not have this one: whoever asks next is given a new one. False where it was new when it was
  /// refused, so that asking again at once is of no use.
  bool refused(std::string const& user, std::string const& token);

 private:
  struct kept {
    std::mutex mutex;
    std::string token;  ///< empty: none
    base::instant since{};
    bool used_before = false;  ///< it had been given out before it was last given out
  };
  kept& of(std::string const& user);

  printer print_;
  base::duration lifetime_;
  std::function<base::instant()> time_;
  std::mutex mutex_;  ///< of the map alone
  std::map<std::string, std::unique_ptr<kept>> users_;
};

}  // namespace mailrig::session
