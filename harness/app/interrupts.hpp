// interrupts: SIGINT, SIGTERM, SIGHUP, SIGQUIT and their kin end long work in order, with a report of what was done.
#pragma once

#include <atomic>

namespace mailrig::app {

/// From here on one of them ends the process at once, with exit code 3: whatever runs has not been shown to be well.
/// Called once, first of all.
void watch_interrupts();

/// From here on the first of them sets it, wakes who waits for it, and nothing else happens; the second ends the
/// process at once, with exit code 3 and without a report. Servers that were started end with it. Not so a `worker`,
/// which a terminal and its parent may both interrupt: it ends with its parent.
std::atomic<bool> const& catch_interrupts(bool worker = false);

}  // namespace mailrig::app
