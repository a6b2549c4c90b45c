// loop_context: what loop.hpp hides: readiness from epoll, one descriptor a watch; included by this floor's own files
// only. Measured at 1.03 of the bare system calls, where an Asio wait a read costs 1.10 to 1.20.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "net/connection.hpp"

namespace mailrig::net {

/// Whoever waits for a descriptor. Called on the loop's thread with EPOLLIN, EPOLLOUT ...; may go away in its own call.
class watch {
 public:
  virtual void ready(std::uint32_t events) = 0;

 protected:
  ~watch() = default;
};

struct loop::context {
  explicit context(bool in_memory);
  ~context();
  context(context const&) = delete;

  void add(int fd, watch& w, std::uint32_t events);
  void change(int fd, watch& w, std::uint32_t events);
  /// Before the descriptor is closed. What epoll has reported already is forgotten.
  void remove(int fd, watch& w);

  /// One thing that has happened: an event, a posted call or a timer. Waits until `deadline` for it; false when nothing
  /// came.
  bool step(base::instant deadline);
  bool run_posted();

  using timers = std::multimap<base::instant, std::function<void()>>;

  int poll = -1;
  int bell = -1;   ///< an eventfd: somebody posted, or stop()
  int clock = -1;  ///< a timerfd: waiting itself then needs no time-out, which costs the kernel a timer each time
  base::instant rings_at = base::instant::max();  ///< what the clock is set to
  bool ringing = false;                           ///< it has rung: timers may be due
  std::array<epoll_event, 256> batch{};
  std::size_t at = 0, filled = 0;  ///< of the batch: handled and there
  timers due;
  std::mutex mutex;
  std::deque<std::function<void()>> posted;  ///< under the mutex
  std::atomic<bool> rung{false}, stopped{false};
  std::array<char, 65536> read_buffer;     ///< one for all connections: octets are handed on before the next read
  std::optional<base::instant> simulated;  ///< the time it is, where time is simulated
  std::map<std::uint16_t, acceptor::handler> memory_doors;  ///< who listens at {"memory", port}

 private:
  bool fire_timer();
  bool handle();
  void wait(base::instant deadline);
  void set_clock(base::instant when);
};

}  // namespace mailrig::net
