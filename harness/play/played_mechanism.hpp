// played_mechanism: the ways to log in that a server in a bottle can play: those in which it need not know a password.
#pragma once

#include <string_view>
#include <vector>

namespace mailrig::play {

struct played_mechanism {
  std::string_view name;
  /// What the server says, each time for one more line of its client's; whole lines.
  std::vector<std::string_view> challenges;
};

/// In any case of letters; null: it cannot be played.
played_mechanism const* find_played_mechanism(std::string_view name);

}  // namespace mailrig::play
