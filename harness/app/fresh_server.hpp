// fresh_server: a server beside the one where something was found, that has seen nothing else: what was made small is
// played there as whoever gets the file will play it.
#pragma once

#include <mutex>

#include "app/target_choice.hpp"
#include "stress/shrink.hpp"

namespace mailrig::app {

class fresh_server {
 public:
  /// How what was made small is played.
  struct manner {
    bool may_empty = false;
    bool spread = false;  ///< sessions that name no endpoint take the target's in turn
  };
  /// `busy`: accounts, from the first on, that the run itself uses. All must outlive it.
  fresh_server(target_choice choice, std::size_t busy, manner how, scenario::mailroom const& mail,
               history::catalogue const& requirements)
      : choice_(std::move(choice)), busy_(busy), how_(how), mail_(mail), requirements_(requirements) {}

  /// Empty where there is no such place: a running server whose accounts are all in use.
  stress::fresh_play play();

 private:
  history::scenario_result once(scenario::script const& s, std::uint64_t seed);

  target_choice choice_;
  std::size_t busy_;
  manner how_;
  scenario::mailroom const& mail_;
  history::catalogue const& requirements_;
  std::mutex mutex_;
  std::size_t used_ = 0;
  std::optional<scenario::target> where_;
  std::optional<stress::arena> arena_;
};

}  // namespace mailrig::app
