// interrupts: see interrupts.hpp.
#include "app/interrupts.hpp"

#include <signal.h>
#include <unistd.h>

#include <string_view>

#include "app/exit_code.hpp"
#include "base/run_end.hpp"
#include "net/ending_signals.hpp"

namespace mailrig::app {
namespace {

enum class answer : int { end, stop, stop_always };

std::atomic<answer> how{answer::end};

void interrupt() {
  bool const again = base::run_end::flag().exchange(true);
  base::run_end::flag().notify_all();
  if (how == answer::stop_always || (how == answer::stop && !again)) return;
  constexpr std::string_view said = "mailrig: interrupted\n";
  (void)!::write(STDERR_FILENO, said.data(), said.size());
  _exit(inconclusive);
}

}  // namespace

void watch_interrupts() {
  static net::ending_signals const listening(interrupt);
  // A file that grows beyond its limit is a write that fails, and is told like a full disk.
  signal(SIGXFSZ, SIG_IGN);
}

std::atomic<bool> const& catch_interrupts(bool worker) {
  how = worker ? answer::stop_always : answer::stop;
  return base::run_end::flag();
}

}  // namespace mailrig::app
