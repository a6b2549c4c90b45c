// measure_resync: `mailrig measure resync`: what a device needs to be in step again after so many changes while it was
// away, by each way that the server offers.
#pragma once

#include <nlohmann/json.hpp>

#include "stress/resync/resync.hpp"

namespace mailrig::app {

/// What it came to: its rows, for a report, and the exit code.
struct measured_resync {
  nlohmann::json rows = nlohmann::json::array();
  int code = 0;
};
/// Prints a table and what differs. The fault: nothing could be measured.
base::result<measured_resync> run_resync(stress::arena const& a, stress::resync_options const& o);

}  // namespace mailrig::app
