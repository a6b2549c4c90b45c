// loop: one thread's event loop; the only clock and the only waiting there is.
// A simulated loop has no clock but its own steps: connections within it carry octets in memory, always in the same
// order, and waiting for what will never come costs no time. So a run is repeated octet for octet.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"

namespace mailrig::net {

/// One thread runs it; post() and stop() may come from any thread.
class loop {
 public:
  enum class time : bool { real, simulated };
  explicit loop(time t = time::real);
  ~loop();
  loop(loop const&) = delete;

  /// Until stop(), which lasts.
  void run();
  /// base::now(), or the simulated time, which begins at 0.
  base::instant now() const;
  /// Until `done` or the deadline (on now()'s axis); true when done. Not from within a call that the loop makes.
  bool run_until(std::function<bool()> const& done, base::instant deadline);
  bool simulated() const;
  void post(std::function<void()> f);
  void stop();

  struct context;  ///< known to this floor only
  context& inside() { return *context_; }

 private:
  std::unique_ptr<context> context_;
};

}  // namespace mailrig::net
