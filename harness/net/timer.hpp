// timer: calls once at an instant.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "net/loop.hpp"

namespace mailrig::net {

/// Calls once at an instant, unless destroyed or set anew before. Same thread as the loop, which outlives it. A
/// simulated loop's time goes on to that instant when nothing else is left to happen.
class timer {
 public:
  explicit timer(loop& l) : loop_(l) {}
  ~timer();
  timer(timer const&) = delete;
  void at(base::instant when, std::function<void()> f);
  void cancel();

 private:
  struct state;
  loop& loop_;
  std::shared_ptr<state> state_;  ///< made when first set
};

}  // namespace mailrig::net
