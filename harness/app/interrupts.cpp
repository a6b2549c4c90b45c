// interrupts: see interrupts.hpp.
#include "app/interrupts.hpp"

#include <signal.h>
#include <unistd.h>

#include "app/exit_code.hpp"

namespace mailrig::app {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal may come while it is being set");

void interrupt(int) { interrupted = true; }
void interrupt_or_end(int) {
  if (interrupted.exchange(true)) _exit(inconclusive);
}

}  // namespace

std::atomic<bool> const& catch_interrupts(bool worker) {
  struct sigaction action = {};
  action.sa_handler = worker ? interrupt : interrupt_or_end;
  action.sa_flags = SA_RESTART;
  for (int const number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
  return interrupted;
}

}  // namespace mailrig::app
