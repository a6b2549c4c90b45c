// correct_server: the embedded server without defects, new for each play, in memory: what a scenario should pass on.
#pragma once

#include <optional>

#include "app/target_choice.hpp"
#include "stress/shrink.hpp"

namespace mailrig::app {

class correct_server {
 public:
  /// Mail and requirements must outlive it.
  correct_server(scenario::mailroom const& mail, history::catalogue const& requirements,
                 base::limits const& limits = {}, std::size_t accounts = 1)
      : where_(find_target({"embedded", "", accounts, true})) {
    if (!where_) return;
    if (auto a = stress::arena::enter(*where_, mail, requirements, limits)) arena_.emplace(std::move(*a));
  }
  /// Null where it could not be started.
  stress::arena const* arena() const { return arena_ ? &*arena_ : nullptr; }

  /// Valid as long as this; empty where it could not be started.
  stress::fresh_play play() const {
    if (!arena_) return {};
    return [this](scenario::script const& s, std::uint64_t seed) {
      stress::arena::part p;
      p.seed = seed;
      return arena_->play(s, p);
    };
  }

 private:
  base::result<scenario::target> where_;
  std::optional<stress::arena> arena_;
};

}  // namespace mailrig::app
