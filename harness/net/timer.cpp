// timer: see timer.hpp.
#include "net/timer.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <utility>

#include "net/loop_context.hpp"

namespace mailrig::net {

/// Outlives its timer while the loop still holds a call that is due.
struct timer::state {
  explicit state(loop::context& c) {
    if (c.io) waiting.emplace(*c.io);
  }
  /// None where time is simulated.
  std::optional<asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                           asio::io_context::executor_type>>
      waiting;
  std::uint64_t turn = 0;  ///< which setting it is: a call of an earlier one may be queued already
  std::function<void()> call;
};

timer::~timer() { cancel(); }

void timer::at(base::instant when, std::function<void()> f) {
  if (!state_) state_ = std::make_shared<state>(loop_.inside());
  state_->call = std::move(f);
  auto rings = [s = state_, turn = ++state_->turn] {
    if (turn == s->turn && s->call) std::exchange(s->call, nullptr)();
  };
  if (!state_->waiting) return (void)loop_.inside().due.emplace(when, std::move(rings));
  state_->waiting->expires_at(to_steady(when));
  state_->waiting->async_wait([rings = std::move(rings)](error_code const&) { rings(); });
}

void timer::cancel() {
  if (!state_ || !state_->call) return;
  ++state_->turn;
  state_->call = nullptr;
  if (state_->waiting) state_->waiting->cancel();
}

}  // namespace mailrig::net
