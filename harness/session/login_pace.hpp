// login_pace: when a maildrop may be logged in to again: what CAPA announces as LOGIN-DELAY (RFC 2449 §6.5), and what a
// refusal by [LOGIN-DELAY] teaches (§8.1.1).
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace mailrig::session {

/// Of one server, shared by all that log in to it. Any thread.
class login_pace {
 public:
  /// Longer than this nobody waits.
  static constexpr base::duration most = std::chrono::seconds(60);

  /// `heeds_words`: what CAPA announces is waited for; false: only what a refusal teaches.
  explicit login_pace(bool heeds_words = true) : heeds_words_(heeds_words) {}

  /// The lines of CAPA before a login.
  void announced(std::vector<std::string> const& capabilities);
  /// The same after `user` has logged in, whose own delay it is.
  void announced_to(std::string const& user, std::vector<std::string> const& capabilities);
  /// Before a login the longest delay of all users was announced, and the user's own has not been told yet.
  bool owes_own_delay(std::string const& user) const;
  /// What is known of a user's delay; 0 for none.
  base::duration delay(std::string const& user) const;

  void logged_in(std::string const& user, base::instant when);
  void refused(std::string const& user, base::instant when);
  /// How long `user` must wait before the next login.
  base::duration wait(std::string const& user, base::instant now) const;

 private:
  struct visitor {
    base::instant free{};  ///< not before this
    bool knows_own = false;
    base::duration own{};
    base::duration next_try{};  ///< after the next refusal
  };
  base::duration delay_of(visitor const& v) const { return v.knows_own ? v.own : all_; }
  /// What others must wait says nothing of a user whose own delay has not been told.
  base::duration sure_delay_of(visitor const& v) const {
    return by_user_ && !v.knows_own ? base::duration{} : delay_of(v);
  }

  bool const heeds_words_;
  mutable std::mutex mutex_;
  base::duration all_{};
  bool by_user_ = false;
  std::map<std::string, visitor> users_;
};

}  // namespace mailrig::session
