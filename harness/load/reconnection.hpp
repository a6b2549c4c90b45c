// reconnection: a time in which devices were without the connection that they want: how many lost theirs, and how long
// it took until all of them were back.
#pragma once

#include <cstdint>
#include <vector>

#include "load/interval.hpp"

namespace mailrig::load {

struct reconnection {
  double from = 0, to = 0;    ///< seconds since the run began, to a tenth; `to`: when the last was back
  bool over = true;           ///< all are back
  std::uint64_t devices = 0;  ///< that lost their connection, or could not get one, in it
  std::uint64_t most = 0;     ///< at once
  double took() const { return to - from; }
};

/// Fed each second in order. One thread.
class reconnection_watch {
 public:
  void take(interval const& p);
  /// The run is over: what has not ended stays open.
  std::vector<reconnection> end();
  std::vector<reconnection> const& so_far() const { return found_; }

 private:
  static constexpr std::size_t most_kept = 1000;
  void begin(double at);

  std::vector<reconnection> found_;
  reconnection now_;
  std::int64_t without_ = 0;  ///< devices
  bool under_way_ = false, kept_ = false;
};

}  // namespace mailrig::load
