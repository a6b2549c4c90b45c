// interrupts: see interrupts.hpp.
#include "app/interrupts.hpp"

#include <signal.h>

namespace mailrig::app {
namespace {

std::atomic<bool> interrupted{false};
void interrupt(int) { interrupted = true; }

}  // namespace

std::atomic<bool> const& catch_interrupts() {
  signal(SIGINT, interrupt);
  signal(SIGTERM, interrupt);
  return interrupted;
}

}  // namespace mailrig::app
