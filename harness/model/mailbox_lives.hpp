// mailbox_lives: every mailbox of every account that anybody has spoken of, by name and UIDVALIDITY: a name may come to
// mean another mailbox (DELETE and CREATE, RENAME), the old one's messages do not come back with it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/mailbox_life.hpp"

namespace mailrig::model {

class mailbox_lives {
 public:
  /// The mailbox of that name and UIDVALIDITY, made at its first mention; from now on the one that the name means.
  mailbox_life& open(std::string const& account, std::string_view name, std::uint64_t validity);
  /// The mailbox of that name as it was known last; null: its UIDVALIDITY was never told.
  mailbox_life* find(std::string const& account, std::string_view name) const;

  /// CREATE was answered OK at `now`: nothing is in it. `alone`: no other command on names can have come between.
  void created(std::string const& account, std::string_view name, operation const& by, place now, bool alone);
  /// DELETE or RENAME is sent: whatever lies there, or below, may be gone.
  void leaving(std::string const& account, std::string_view name, operation_ptr const& by);
  /// RENAME is sent: sessions that have it selected by the old name may change it unseen.
  void renaming(std::string const& account, std::string_view from, std::string_view to, operation_ptr const& by);
  /// APPEND, COPY or MOVE is sent: `c` may come into that mailbox.
  void coming(std::string const& account, std::string_view to, std::shared_ptr<mailbox_life::coming> const& c);

  template <class F>
  void each(F f) {
    for (auto const& [key, life] : all_) f(*life);
  }

 private:
  struct unopened {
    place empty_at = never;  ///< CREATE made it, and its UIDVALIDITY is not told yet
    std::vector<std::shared_ptr<mailbox_life::coming>> arrivals;
  };
  static std::string key(std::string const& account, std::string_view name);

  std::map<std::string, std::unique_ptr<mailbox_life>> all_;  ///< by account, name and UIDVALIDITY
  std::map<std::string, mailbox_life*> latest_;               ///< by account and name
  std::map<std::string, operation_ptr> renamed_;              ///< names that a RENAME was to give
  std::map<std::string, unopened> unopened_;                  ///< by account and name
};

}  // namespace mailrig::model
