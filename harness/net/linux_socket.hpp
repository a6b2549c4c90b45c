// linux_socket: what only Linux's sockets and clocks have; elsewhere each does nothing, or the portable thing.
#pragma once

#include "base/clock.hpp"
#include "net/segment_counts.hpp"

namespace mailrig::net {

/// The peer is told at once of what came, once.
void acknowledge_now(int socket);
/// A peer that is gone without a word is noticed within seven minutes, though nothing is said to it: its system is
/// asked after five minutes of silence, and then each 30 s. A session that waits for an answer has a deadline of its
/// own, which is shorter than TCP's.
void notice_dead_peer(int socket);
/// The local port is chosen at connect(), where the peer is known, so that one source address has more than 28,000.
void choose_port_late(int socket);
/// Of a connected socket so far.
segment_counts count_segments(int socket);
/// Good to a few milliseconds, and cheap. On an axis of its own.
base::instant about_now();

}  // namespace mailrig::net
