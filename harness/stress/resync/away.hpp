// away: what others do to a mailbox while a device is away: of so many changes a fifth are removals, a fifth arrivals,
// the others flags; as many messages are there afterwards as before.
#pragma once

#include <vector>

#include "base/rng.hpp"
#include "stress/resync/mailbox_copy.hpp"

namespace mailrig::stress {

struct changes_away {
  std::vector<std::uint32_t> gone, flagged, unflagged;  ///< UIDs, ascending
  std::size_t come = 0;

  std::size_t count() const { return gone.size() + flagged.size() + unflagged.size() + come; }
};

/// To the messages of `now`, chosen by `random`: `n` changes, or as many as it has messages for.
changes_away plan_changes(mailbox_copy const& now, std::size_t n, base::rng& random);

}  // namespace mailrig::stress
