// after_attack: whoever has no part in an attack is served as before: sessions that were there, and ones that come now,
// of the same user and of another.
#pragma once

#include <vector>

#include "scenario/script.hpp"
#include "scenario/second_account.hpp"

namespace mailrig::scenario {

struct unserved {
  char const* rule;
  history::protocol proto;
  std::string text;
  /// It was not waited for as long as it may take, the server having been silent before: nobody knows.
  bool hurried = false;
};

/// Who is not. All are asked at once, so that a server that is silent to them all costs one deadline. `second`: may be
/// null.
std::vector<unserved> unserved_after_attack(stage& s, second_account* second, script const& attack);

}  // namespace mailrig::scenario
