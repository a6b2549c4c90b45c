// loop: see loop.hpp.
#include "net/loop.hpp"

#include <boost/asio/post.hpp>
#include <csignal>

#include "net/asio_context.hpp"

namespace mailrig::net {

loop::loop(time t) : context_(std::make_unique<context>()) {
  std::signal(SIGPIPE, SIG_IGN);
  if (t == time::simulated) context_->simulated = base::instant::zero();
}
loop::~loop() = default;

void loop::run() { context_->io.run(); }

base::instant loop::now() const { return context_->simulated.value_or(base::now()); }
bool loop::simulated() const { return context_->simulated.has_value(); }

namespace {

/// Where nothing is left to happen, nothing will: the deadline is now.
bool run_simulated(loop::context& c, std::function<bool()> const& done, base::instant deadline) {
  while (!done()) {
    if (*c.simulated >= deadline) return false;
    if (c.io.stopped()) c.io.restart();
    c.simulated = c.io.poll_one() == 0 ? deadline : *c.simulated + std::chrono::microseconds(1);
  }
  return true;
}

}  // namespace

bool loop::run_until(std::function<bool()> const& done, base::instant deadline) {
  if (context_->simulated) return run_simulated(*context_, done, deadline);
  // `done` may take what it finds, so once it has said yes it is not asked again.
  for (;;) {
    if (done()) return true;
    auto const left = deadline - base::now();
    if (left <= base::duration::zero()) return false;
    context_->io.run_one_for(left);
    // What is ready already costs no clock; bounded, so that a flood cannot outlive the deadline.
    for (int i = 0; i < 63; ++i) {
      if (done()) return true;
      if (context_->io.poll_one() == 0) break;
    }
    if (context_->io.stopped()) context_->io.restart();
  }
}

void loop::post(std::function<void()> f) { boost::asio::post(context_->io, std::move(f)); }
void loop::stop() { context_->io.stop(); }

struct timer::state {
  state(loop& l) : clock(l.inside().io.get_executor()) {}
  steady_timer clock;
};

timer::timer(loop& l, base::duration after, std::function<void()> f) : state_(std::make_unique<state>(l)) {
  state_->clock.expires_after(after);
  state_->clock.async_wait([f = std::move(f)](boost::system::error_code e) {
    if (!e) f();
  });
}
timer::~timer() = default;
timer::timer(timer&&) noexcept = default;

}  // namespace mailrig::net
