// resync: what a device needs to be in step again after so many changes while it was away, by each way that the server
// offers: QRESYNC, CONDSTORE, or a look at all UIDs and flags (RFC 7162, RFC 4549). All of them must end in one state.
#pragma once

#include "base/latency_histogram.hpp"
#include "stress/arena.hpp"

namespace mailrig::stress {

struct resync_row {
  std::size_t changes = 0;       ///< while it was away: flags, arrivals, removals
  std::string way;               ///< "qresync", "condstore", "plain"
  std::size_t commands = 0;      ///< after the login
  std::uint64_t sent = 0;        ///< octets of them
  std::uint64_t received = 0;    ///< octets of the answers
  base::latency_histogram time;  ///< nanoseconds from the first command to the last answer
  std::string refused;           ///< a command of it was, or was not answered
  std::string differs;           ///< in what its end differs from that of "plain"; empty: it is the same
};

struct resync_options {
  std::size_t samples = 20;
  std::size_t messages = 1000;
  std::size_t changes = 1000;  ///< at most; no more than there are messages are made
  bool may_empty = false;
  std::function<void(std::string const& what, std::size_t done)> progress;
};

/// 0, 10, 100 ... and the most.
std::vector<std::size_t> growing_changes(std::size_t most);

/// The fault says what could not be prepared.
base::result<std::vector<resync_row>> measure_resync(arena const& a, resync_options const& o);

}  // namespace mailrig::stress
