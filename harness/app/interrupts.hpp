// interrupts: SIGINT and SIGTERM end long work in order, with a report of what was done.
#pragma once

#include <atomic>

namespace mailrig::app {

/// From here on SIGINT and SIGTERM set it, and nothing else happens.
std::atomic<bool> const& catch_interrupts();

}  // namespace mailrig::app
