// loop: see loop.hpp.
#include "net/loop.hpp"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/must.hpp"
#include "net/loop_context.hpp"

namespace mailrig::net {

namespace {
constexpr std::uint64_t bell_mark = 1, clock_mark = 2;
}

loop::context::context(bool in_memory) {
  if (in_memory) {
    simulated = base::instant::zero();
    return;
  }
  poll = epoll_create1(EPOLL_CLOEXEC);
  bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  clock = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  MAILRIG_MUST(poll >= 0 && bell >= 0 && clock >= 0);
  // The two are told apart from watches, which are aligned, by addresses that no object has.
  for (auto const& [fd, mark] : {std::pair{bell, bell_mark}, {clock, clock_mark}}) {
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u64 = mark;
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
  }
}

loop::context::~context() {
  for (int const fd : {bell, clock, poll})
    if (fd >= 0) close(fd);
}

void loop::context::add(int fd, watch& w, std::uint32_t events) {
  epoll_event e{};
  e.events = events;
  e.data.ptr = &w;
  epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
}

void loop::context::change(int fd, watch& w, std::uint32_t events) {
  epoll_event e{};
  e.events = events;
  e.data.ptr = &w;
  epoll_ctl(poll, EPOLL_CTL_MOD, fd, &e);
}

void loop::context::remove(int fd, watch& w) {
  epoll_ctl(poll, EPOLL_CTL_DEL, fd, nullptr);
  for (auto i = at; i < filled; ++i)
    if (batch[i].data.ptr == &w) batch[i].events = 0;
}

bool loop::context::run_posted() {
  std::function<void()> f;
  {
    std::lock_guard const lock(mutex);
    if (posted.empty()) return rung = false;
    f = std::move(posted.front());
    posted.pop_front();
  }
  f();
  return true;
}

bool loop::context::fire_timer() {
  if (due.empty() || due.begin()->first > base::now()) return ringing = false;
  auto const f = std::move(due.begin()->second);
  due.erase(due.begin());
  f();
  return true;
}

void loop::context::set_clock(base::instant when) {
  static auto const epoch = std::chrono::steady_clock::now().time_since_epoch() - base::now();
  auto const at = when + epoch;
  itimerspec t{};
  t.it_value.tv_sec = at.count() / 1'000'000'000;
  t.it_value.tv_nsec = at.count() % 1'000'000'000;
  timerfd_settime(clock, TFD_TIMER_ABSTIME, &t, nullptr);
  rings_at = when;
}

/// Until something happens, or the first timer, or the deadline.
void loop::context::wait(base::instant deadline) {
  auto const until = due.empty() ? deadline : std::min(deadline, due.begin()->first);
  if (until < rings_at) set_clock(until);
  auto const n = epoll_wait(poll, batch.data(), int(batch.size()), -1);
  at = 0;
  filled = n > 0 ? std::size_t(n) : 0;
}

/// One event of the batch; false when none is left.
bool loop::context::handle() {
  while (at < filled) {
    auto const& e = batch[at++];
    if (e.events == 0) continue;
    if (e.data.u64 != bell_mark && e.data.u64 != clock_mark) {
      static_cast<watch*>(e.data.ptr)->ready(e.events);
      return true;
    }
    bool const is_clock = e.data.u64 == clock_mark;
    std::uint64_t times = 0;
    (void)!read(is_clock ? clock : bell, &times, sizeof times);
    if (is_clock) ringing = true, rings_at = base::instant::max();
  }
  return false;
}

bool loop::context::step(base::instant deadline) {
  for (;;) {
    if (handle() || (ringing && fire_timer()) || (rung && run_posted())) return true;
    // While the clock is set to ring by then and has not, the deadline has not come.
    if (stopped || (rings_at > deadline && base::now() >= deadline)) return false;
    wait(deadline);
  }
}

loop::loop(time t) : context_(std::make_unique<context>(t == time::simulated)) { std::signal(SIGPIPE, SIG_IGN); }
loop::~loop() = default;

void loop::run() {
  using namespace std::chrono_literals;
  while (!context_->stopped) context_->step(base::now() + 1h);
}

base::instant loop::now() const { return context_->simulated.value_or(base::now()); }
bool loop::simulated() const { return context_->simulated.has_value(); }

namespace {

/// Where nothing is left to happen, nothing will: the deadline is now.
bool run_simulated(loop::context& c, std::function<bool()> const& done, base::instant deadline) {
  while (!done()) {
    if (*c.simulated >= deadline) return false;
    c.simulated = c.run_posted() ? *c.simulated + std::chrono::microseconds(1) : deadline;
  }
  return true;
}

}  // namespace

bool loop::run_until(std::function<bool()> const& done, base::instant deadline) {
  if (context_->simulated) return run_simulated(*context_, done, deadline);
  // `done` may take what it finds, so once it has said yes it is not asked again.
  for (std::size_t n = 0;; ++n) {
    if (done()) return true;
    // The clock is read now and then, so that a flood cannot outlive the deadline.
    if (n % 64 == 0 && base::now() >= deadline) return false;
    if (!context_->step(deadline)) return false;
  }
}

void loop::post(std::function<void()> f) {
  {
    std::lock_guard const lock(context_->mutex);
    context_->posted.push_back(std::move(f));
    if (context_->rung.exchange(true) || context_->bell < 0) return;
  }
  std::uint64_t const one = 1;
  (void)!write(context_->bell, &one, sizeof one);
}

void loop::stop() {
  context_->stopped = true;
  std::uint64_t const one = 1;
  (void)!write(context_->bell, &one, sizeof one);
}

void timer::at(base::instant when, std::function<void()> f) {
  cancel();
  set_ = true;
  place_ = loop_.inside().due.emplace(when, [this, f = std::move(f)] {
    set_ = false;
    f();
  });
}

void timer::cancel() {
  if (set_) loop_.inside().due.erase(place_);
  set_ = false;
}

}  // namespace mailrig::net
