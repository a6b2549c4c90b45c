// by_account: hands each session's events to the judge of its account's mail, where a history has sessions of several
// users.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "check/judge.hpp"

namespace mailrig::check {

/// `opened` names the account; what the record does not name ("?") is one account's. Single-threaded.
class by_account final : public history::event_sink {
 public:
  /// `whose` answers the judge of an account, the same for each; null: nobody judges it.
  explicit by_account(std::function<judge*(std::string_view account)> whose) : whose_(std::move(whose)) {}

  void take(history::event const& e) override;

 private:
  std::function<judge*(std::string_view)> whose_;
  std::vector<std::optional<judge*>> of_session_;
};

}  // namespace mailrig::check
