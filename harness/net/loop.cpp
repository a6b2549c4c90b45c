// loop: see loop.hpp.
#include "net/loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

#include "base/must.hpp"
#include "net/loop_context.hpp"

namespace mailrig::net {

loop::context::context(bool in_memory) {
  if (in_memory) {
    simulated = base::instant::zero();
    return;
  }
  // One thread runs it, so nothing but its queue needs a lock.
  io.emplace(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO);
  busy.emplace(io->get_executor());
}

bool loop::context::run_posted() {
  std::function<void()> f;
  {
    std::lock_guard const lock(mutex);
    if (posted.empty()) return false;
    f = std::move(posted.front());
    posted.pop_front();
  }
  f();
  return true;
}

loop::loop(time t) : context_(std::make_unique<context>(t == time::simulated)) { std::signal(SIGPIPE, SIG_IGN); }
loop::~loop() = default;

void loop::run() {
  if (context_->io) context_->io->run();
}

base::instant loop::now() const { return context_->simulated.value_or(base::now()); }
bool loop::simulated() const { return context_->simulated.has_value(); }

namespace {

/// The next timer that is due by then, called at its time.
bool ring(loop::context& c, base::instant deadline) {
  if (c.due.empty() || c.due.begin()->first > deadline) return false;
  auto const first = c.due.extract(c.due.begin());
  c.simulated = std::max(*c.simulated, first.key());
  first.mapped()();
  return true;
}

/// Where nothing is left to happen before the deadline, nothing will: the deadline is now.
bool run_simulated(loop::context& c, std::function<bool()> const& done, base::instant deadline) {
  while (!done()) {
    if (c.stopped || *c.simulated >= deadline) return false;
    if (ring(c, *c.simulated)) continue;
    if (c.run_posted())
      *c.simulated += std::chrono::microseconds(1);
    else if (!ring(c, deadline))
      c.simulated = deadline;
  }
  return true;
}

/// Makes the loop wake at the deadline. A wait that has a time-out of its own costs the kernel a timer each time.
struct alarm {
  alarm(loop::context& c, base::instant deadline) : timer(*c.io) {
    if (deadline == base::instant::max()) return;
    timer.expires_at(to_steady(deadline));
    timer.async_wait([rang = rang](error_code const&) { *rang = true; });
  }
  std::shared_ptr<bool> const rang = std::make_shared<bool>(false);  ///< its call may come after it is gone
  asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                             asio::io_context::executor_type>
      timer;
};

struct within {
  explicit within(bool& r) : running(r) {
    MAILRIG_MUST(!running);  // what a call that the loop makes has posted would wait for its own end
    running = true;
  }
  ~within() { running = false; }
  bool& running;
};

}  // namespace

bool loop::run_until(std::function<bool()> const& done, base::instant deadline) {
  if (context_->simulated) return run_simulated(*context_, done, deadline);
  within const once(context_->running);
  std::optional<alarm> bell;
  // `done` may take what it finds, so once it has said yes it is not asked again.
  for (std::size_t n = 0;; ++n) {
    if (done()) return true;
    // The clock is read now and then, so that a flood cannot outlive the deadline.
    if (n % 64 == 0 && base::now() >= deadline) return false;
    if (context_->stopped || (bell && *bell->rang)) return false;
    if (!bell) bell.emplace(*context_, deadline);
    context_->step();
  }
}

void loop::post(std::function<void()> f) {
  if (context_->io) return asio::post(*context_->io, std::move(f));
  std::lock_guard const lock(context_->mutex);
  context_->posted.push_back(std::move(f));
}

segment_counts segments_sent(loop& l) { return l.inside().segments; }

void loop::stop() {
  context_->stopped = true;
  if (context_->io) context_->io->stop();
}

}  // namespace mailrig::net
