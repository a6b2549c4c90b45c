// inbox: the mail of u1 on the server that stands behind a case or a script: what is put there, and what other devices
// do to it.
#pragma once

#include <optional>

#include "embedded/server.hpp"
#include "play/kept_mail.hpp"
#include "scenario/mailroom.hpp"
#include "scenario/script.hpp"

namespace mailrig::play {

inline constexpr char const* case_user = "u1";
inline constexpr char const* case_password = "secret";

/// What happens to the mail on the server.
struct change {
  enum class kind : std::uint8_t { add, remove, flags, renew } what = kind::add;
  std::size_t number = 0;                ///< of the message, from 1; remove and flags
  scenario::mail_declaration mail = {};  ///< add; its flags are those that `flags` sets
};

/// "add plain; remove 1; flags 2 (\Seen); renew". Nothing: it is not written so.
std::optional<std::vector<change>> read_changes(std::string_view text);

/// Of a server that runs in its own thread; calls wait for it. One thread.
class inbox {
 public:
  inbox(embedded::server& s, scenario::mailroom const& room) : server_(s), room_(room) {}

  /// A minute lies between one message's arrival and the next one's. The fault says which mail there is not.
  base::result<void> put(std::vector<scenario::mail_declaration> const& all);
  /// The fault says which message there is not. `renew`: as after a restore from a backup, a new life of the mailbox,
  /// its UIDs counted from 1 again.
  base::result<void> apply(std::vector<change> const& changes);

  /// What lies there now.
  std::vector<piece> mail();
  /// What would lie there if nobody but us had done anything, and what we took away.
  std::vector<piece> const& given() const { return given_; }
  std::vector<piece> const& past() const { return past_; }

 private:
  base::result<void> put(scenario::mail_declaration const& m);
  base::result<void> apply(change const& c);

  embedded::server& server_;
  scenario::mailroom const& room_;
  std::vector<piece> given_, past_;
  std::size_t put_ = 0;  ///< messages so far
};

}  // namespace mailrig::play
