// maildrop_lock: the lock of a POP3 maildrop under contention, and the time until it is free again after its holder has
// left by QUIT, by FIN, by RST, or has only fallen silent (RFC 1939 §4, §6).
#pragma once

#include "base/latency_histogram.hpp"
#include "stress/arena.hpp"

namespace mailrig::stress {

struct lock_row {
  std::string release;           ///< QUIT, FIN, RST, silence
  base::latency_histogram free;  ///< nanoseconds from the holder's end to the next one's +OK: its pause and login too
  std::size_t held = 0;          ///< not free within the limit
  std::size_t attempts = 0;      ///< to log in while it was held, or just after
  std::size_t refused = 0;       ///< of them
  std::size_t most = 0;          ///< sessions in TRANSACTION at once: 1, or the promise is broken
};

struct lock_options {
  std::size_t samples = 10, contenders = 50;
  std::chrono::milliseconds limit{20000};
  /// Who is refused tries again after a pause, by chance between half of this and one and a half times it; it doubles
  /// with each refusal, up to the longest.
  std::chrono::milliseconds pause{10}, longest_pause{500};
  bool may_empty = false;
  std::function<void(std::string const& release, std::size_t done)> progress;
};

/// Everybody logs in as the target says: by the mechanism of its [pop3], or by what the server offers.
base::result<std::vector<lock_row>> measure_lock(arena const& a, lock_options const& o);

}  // namespace mailrig::stress
