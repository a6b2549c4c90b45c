// calibrate: `mailrig measure rig`: how much load this machine can generate.
#pragma once

namespace mailrig::app {

int run_calibration();

}  // namespace mailrig::app
