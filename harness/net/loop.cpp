// loop: see loop.hpp.
#include "net/loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

#include "base/must.hpp"
#include "net/loop_context.hpp"
#include "net/loop_lateness.hpp"

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

void loop::context::keep_pulse() {
  auto const now = base::now();
  beat_due = std::max(beat_due, now);  // while nobody waited, nobody was kept
  if (pulse_set) return;
  if (!pulse) pulse.emplace(*io);
  pulse_set = true;
  beat_due = now + std::chrono::milliseconds(100);
  pulse->expires_at(to_steady(beat_due));
  pulse->async_wait([this](error_code const& e) {
    pulse_set = false;
    if (!e) beat();
  });
}

void loop::context::beat() {
  constexpr base::duration borne = std::chrono::milliseconds(500);  // a busy machine has such hiccups
  auto const late = base::now() - beat_due;
  if (late > borne) stood_still += late;
  keep_pulse();
}

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
  loop_timer timer;
};

struct running_once {
  explicit running_once(bool& r) : running(r) {
    MAILRIG_MUST(!running);  // what a call that the loop makes has posted would wait for its own end
    running = true;
  }
  ~running_once() { running = false; }
  bool& running;
};

/// A deadline is held against the peer only after all that it has sent has been read; a flood has no end.
bool read_what_is_there(loop::context& c, std::function<bool()> const& done) {
  auto const until = base::now() + std::chrono::milliseconds(250);
  while (!c.stopped && c.step_if_ready()) {
    if (done()) return true;
    if (base::now() >= until) break;
  }
  return false;
}

}  // namespace

bool loop::run_until(std::function<bool()> const& done, base::instant deadline) {
  if (context_->simulated) return run_simulated(*context_, done, deadline);
  running_once const once(context_->running);
  context_->keep_pulse();
  std::optional<alarm> bell;
  // `done` may take what it finds, so once it has said yes it is not asked again.
  for (std::size_t n = 0;; ++n) {
    if (done()) return true;
    // The clock is read now and then, so that a flood cannot outlive the deadline.
    if (n % 64 == 0 && base::now() >= deadline) return read_what_is_there(*context_, done);
    if (context_->stopped) return false;
    if (bell && *bell->rang) return read_what_is_there(*context_, done);
    if (!bell) bell.emplace(*context_, deadline);
    context_->step();
  }
}

void loop::post(std::function<void()> f) {
  if (context_->io) return asio::post(*context_->io, std::move(f));
  std::lock_guard const lock(context_->mutex);
  context_->posted.push_back(std::move(f));
}

base::duration stood_still(loop& l) { return l.inside().stood_still; }

segment_counts segments_sent(loop& l) { return l.inside().segments; }

void loop::stop() {
  context_->stopped = true;
  if (context_->io) context_->io->stop();
}

}  // namespace mailrig::net
