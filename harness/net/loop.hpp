// loop: one thread's event loop; the only clock and the only waiting there is.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"

namespace mailrig::net {

/// One thread runs it; post() and stop() may come from any thread.
class loop {
 public:
  loop();
  ~loop();
  loop(loop const&) = delete;

  /// Until stop().
  void run();
  /// Until `done` or the deadline (on base::now()'s axis); true when done.
  bool run_until(std::function<bool()> const& done, base::instant deadline);
  void post(std::function<void()> f);
  void stop();

  struct context;  ///< known to this floor only
  context& inside() { return *context_; }

 private:
  std::unique_ptr<context> context_;
};

/// Calls once after a while, unless destroyed before. Same thread as the loop.
class timer {
 public:
  timer(loop& l, base::duration after, std::function<void()> f);
  ~timer();
  timer(timer&&) noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace mailrig::net
