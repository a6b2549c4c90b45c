// segment_counts: the TCP segments that a loop's own connections have sent, and had to send again.
#pragma once

#include <cstdint>

namespace mailrig::net {

class loop;

struct segment_counts {
  std::uint64_t sent = 0, sent_again = 0;
  bool known = false;  ///< the system tells; false: the numbers say nothing

  void merge(segment_counts const& o) {
    sent += o.sent, sent_again += o.sent_again;
    known = known || o.known;
  }
};

/// Of the connections that have ended on this loop. On the loop's thread, or when it runs no more.
segment_counts segments_sent(loop& l);

}  // namespace mailrig::net
