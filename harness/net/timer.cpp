// timer: see timer.hpp.
#include "net/timer.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <utility>

#include "net/loop_context.hpp"

namespace mailrig::net {

/// Outlives its timer while Asio still holds a call that is due.
struct timer::state {
  explicit state(asio::io_context& io) : waiting(io) {}
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             asio::io_context::executor_type>
      waiting;
  std::uint64_t turn = 0;  ///< which setting it is: a call of an earlier one may be queued already
  std::function<void()> call;
};

timer::~timer() { cancel(); }

void timer::at(base::instant when, std::function<void()> f) {
  if (!state_) state_ = std::make_shared<state>(*loop_.inside().io);
  state_->call = std::move(f);
  state_->waiting.expires_at(to_steady(when));
  state_->waiting.async_wait([s = state_, turn = ++state_->turn](error_code const&) {
    if (turn == s->turn && s->call) std::exchange(s->call, nullptr)();
  });
}

void timer::cancel() {
  if (!state_ || !state_->call) return;
  ++state_->turn;
  state_->call = nullptr;
  state_->waiting.cancel();
}

}  // namespace mailrig::net
