// octet_pieces: octets as `raw` and `cut` write them: "DO" 50ms "NE\r\n", "x"*8192.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace mailrig::scenario {

/// Octets so many times, or a pause.
struct octet_piece {
  std::string octets;
  std::uint64_t times = 1;
  base::duration pause{};  ///< not zero: a pause, and no octets
};

/// Escapes are undone. At most `most` repetitions. The fault says what is wrong, of the action `name`.
base::result<std::vector<octet_piece>> read_octet_pieces(std::string_view text, std::string_view name,
                                                         std::uint64_t most = 100'000);

}  // namespace mailrig::scenario
