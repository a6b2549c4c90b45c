// calibrate: `mailrig measure rig`: how much load this machine can generate.
#pragma once

#include <atomic>

namespace mailrig::app {

/// The exit code. Ends early when `interrupted` becomes true, and is inconclusive then.
int run_calibration(std::atomic<bool> const& interrupted);

}  // namespace mailrig::app
