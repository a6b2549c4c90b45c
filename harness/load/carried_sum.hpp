// carried_sum: what the processes of a server have spent together, as a counter that never goes back: processes end
// between two looks, and a restarted server begins at nothing.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace mailrig::load {

/// One counter of one process. A parent that has waited for its children inherits what they spent.
struct process_share {
  int pid = 0;
  std::uint64_t started = 0;  ///< with the pid it names a process: pids are used again
  int parent = 0;
  double spent = 0;      ///< its own and what it has inherited
  double inherited = 0;  ///< or that of `spent` which may be so
};

class carried_sum {
 public:
  /// `now`: all processes that there are. The sum of what they and those before them spent; never less than before.
  double take(std::vector<process_share> const& now);

 private:
  using identity = std::pair<int, std::uint64_t>;
  std::map<identity, process_share> before_;
  double carried_ = 0;  ///< of processes that ended, and that nobody inherited
  double least_ = 0;
};

/// A counter that somebody else keeps and that may begin anew.
class risen_counter {
 public:
  double take(double now) {
    if (now < last_) carried_ += last_;
    last_ = now;
    return carried_ + now;
  }

 private:
  double last_ = 0, carried_ = 0;
};

}  // namespace mailrig::load
