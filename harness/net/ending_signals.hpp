// ending_signals: the signals by which a person, a terminal or a system asks a program to end.
#pragma once

#include <functional>
#include <memory>

namespace mailrig::net {

/// Listens for SIGINT, SIGTERM, SIGHUP, SIGQUIT and whatever else ends a program that does not listen and leaves it
/// time to (SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU), from its construction on, in place of what the system does by itself.
/// Calls back on a thread of its own, once for each that comes; so the callback may do whatever a thread may.
class ending_signals {
 public:
  explicit ending_signals(std::function<void()> told);
  ending_signals(ending_signals const&) = delete;
  ~ending_signals();

 private:
  struct inside;
  std::unique_ptr<inside> inside_;
};

}  // namespace mailrig::net
