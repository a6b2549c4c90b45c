// terminal_lines: see terminal_lines.hpp.
#include "app/terminal_lines.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/clock.hpp"

namespace mailrig::app {
namespace {

/// Who has room takes so much without making anybody wait.
constexpr std::size_t one_write = 512;
constexpr int look_again = 50;  ///< ms
constexpr auto last_patience = std::chrono::seconds(1);

}  // namespace

terminal_lines::terminal_lines(int file, std::size_t most) : file_(file), most_(most), worker_([this] { work(); }) {}

terminal_lines::~terminal_lines() {
  {
    std::lock_guard const held(lock_);
    over_ = true;
  }
  something_.notify_all();
  worker_.join();
}

void terminal_lines::say(std::string line) {
  {
    std::lock_guard const held(lock_);
    if (lines_.size() >= most_)
      ++left_out_;
    else
      lines_.push_back(std::move(line));
  }
  something_.notify_all();
}

void terminal_lines::work() {
  for (;;) {
    std::string next;
    {
      std::unique_lock held(lock_);
      something_.wait(held, [this] { return over_ || !lines_.empty(); });
      if (lines_.empty()) return;
      next = std::move(lines_.front()) + '\n';
      lines_.pop_front();
      if (lines_.empty() && left_out_ > 0)
        next += fmt::format("({} more lines are left out: nobody read them)\n", std::exchange(left_out_, 0));
    }
    if (!write(next)) return;
  }
}

/// False: nobody takes it any more.
bool terminal_lines::write(std::string_view octets) {
  std::optional<base::instant> until;
  while (!octets.empty()) {
    pollfd room{file_, POLLOUT, 0};
    if (::poll(&room, 1, look_again) > 0) {
      auto const n = ::write(file_, octets.data(), std::min(octets.size(), one_write));
      if (n < 0 && errno != EINTR && errno != EAGAIN) return false;
      if (n > 0) octets.remove_prefix(std::size_t(n));
      continue;
    }
    std::lock_guard const held(lock_);
    if (over_ && !until) until = base::now() + last_patience;
    if (until && base::now() >= *until) return false;
  }
  return true;
}

}  // namespace mailrig::app
