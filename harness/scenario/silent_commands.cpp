// silent_commands: see silent_commands.hpp.
#include "scenario/silent_commands.hpp"

namespace mailrig::scenario {

void silent_commands::answered(std::string_view command) {
  std::lock_guard const lock(mutex_);
  if (auto const at = known_.find(command); at != known_.end())
    at->second.answered = true;
  else if (known_.size() < most_names)
    known_.emplace(command, count{0, true});
}

void silent_commands::silent(std::string_view command) {
  std::lock_guard const lock(mutex_);
  if (command.empty()) return;
  if (auto const at = known_.find(command); at != known_.end())
    ++at->second.silences;
  else if (known_.size() < most_names)
    known_.emplace(command, count{1, false});
}

bool silent_commands::never_answered(std::string_view command) const {
  constexpr std::size_t enough = 3;
  std::lock_guard const lock(mutex_);
  auto const at = known_.find(command);
  return at != known_.end() && !at->second.answered && at->second.silences >= enough;
}

}  // namespace mailrig::scenario
