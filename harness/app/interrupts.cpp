// interrupts: SIGINT and SIGTERM end long work in order, with a report of what was done.
#include <signal.h>

#include "app/commands.hpp"

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
