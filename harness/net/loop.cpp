// loop: see loop.hpp.
#include "net/loop.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/must.hpp"
#include "net/loop_context.hpp"

namespace mailrig::net {

loop::context::context(bool in_memory) {
  if (in_memory) {
    simulated = base::instant::zero();
    return;
  }
  poll = epoll_create1(EPOLL_CLOEXEC);
  bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  MAILRIG_MUST(poll >= 0 && bell >= 0);
  epoll_event e{};
  e.events = EPOLLIN;
  epoll_ctl(poll, EPOLL_CTL_ADD, bell, &e);  // its watch is null
}

loop::context::~context() {
  if (bell >= 0) close(bell);
  if (poll >= 0) close(poll);
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
  if (due.empty() || due.begin()->first > base::now()) return false;
  auto const f = std::move(due.begin()->second);
  due.erase(due.begin());
  f();
  return true;
}

void loop::context::wait(base::instant deadline) {
  auto const until = due.empty() ? deadline : std::min(deadline, due.begin()->first);
  auto const left = std::max(base::duration::zero(), until - base::now());
  timespec const t{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
  auto const n = epoll_pwait2(poll, batch.data(), int(batch.size()), &t, nullptr);
  at = 0;
  filled = n > 0 ? std::size_t(n) : 0;
}

bool loop::context::step(base::instant deadline) {
  for (bool waited = false;; waited = true) {
    while (at < filled) {
      auto const& e = batch[at++];
      if (e.events == 0) continue;
      if (!e.data.ptr) {
        std::uint64_t rings = 0;
        (void)!read(bell, &rings, sizeof rings);
        continue;
      }
      static_cast<watch*>(e.data.ptr)->ready(e.events);
      return true;
    }
    if (fire_timer() || (rung && run_posted())) return true;
    if (stopped || (waited && base::now() >= deadline)) return false;
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
