// visibility: how long it takes until one device is told what another did: by IDLE, and by polling with NOOP. The time
// runs from the answer that the first device got (0 when the other was told before), to the octet that tells.
#pragma once

#include "base/latency_histogram.hpp"
#include "stress/arena.hpp"

namespace mailrig::stress {

struct visibility_row {
  std::string event;             ///< STORE, APPEND, EXPUNGE, MOVE, POP DELE+QUIT, delivery
  std::string by;                ///< IDLE, NOOP
  std::string writer, reader;    ///< endpoints where it is done and where it is told; empty: the target has one
  base::latency_histogram told;  ///< nanoseconds
  std::size_t untold = 0;        ///< not within the limit
};

struct visibility_options {
  std::size_t samples = 50;
  std::chrono::milliseconds poll{10};  ///< from one NOOP to the next
  std::chrono::milliseconds limit{30000};
  bool may_empty = false;
  std::size_t writer = 0, reader = 0;  ///< IMAP endpoints of the target, by their places
  std::function<void(std::string const& event, std::size_t done)> progress;
};

/// The fault says what could not be prepared. A server without IDLE has rows for NOOP only. POP3 and delivery go the
/// target's usual way, whatever the writer's endpoint, and are measured with the writer at the first one alone.
base::result<std::vector<visibility_row>> measure_visibility(arena const& a, visibility_options const& o);

}  // namespace mailrig::stress
