// outage: a time in which the server did nothing that it was asked for and did not say why: cut, restarted, or stood
// still. A server that declines in words is there: that is no outage, however much it declines (see refusal).
#pragma once

#include <string>
#include <vector>

#include "load/interval.hpp"

namespace mailrig::load {

struct outage {
  double from = 0, to = 0;   ///< seconds since the run began, to a tenth
  bool over = true;          ///< it came back
  std::uint64_t broken = 0;  ///< connections that broke, could not be made or timed out
  std::uint64_t lost = 0;    ///< operations that failed or were late in it
  std::string kind;          ///< "stalled" or "broken"
};

/// Fed each second in order. One thread.
class outage_watch {
 public:
  void take(interval const& p);
  /// The run is over: what has not ended stays open.
  std::vector<outage> end();
  std::vector<outage> const& so_far() const { return found_; }

 private:
  void close(double at, bool back);
  std::vector<outage> found_;
  std::size_t silent_ = 0;  ///< tenths without anything done or declined, until now
  double usual_ = 0;        ///< done or declined in a tenth, as it was lately
  std::uint64_t broken_ = 0, lost_ = 0;
  double now_ = 0;
  bool down_ = false;
};

}  // namespace mailrig::load
