// measure_cost: `mailrig measure cost`: what ever larger questions cost a server, and whether that grows faster than
// they do.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "scenario/target.hpp"

namespace mailrig::app {

struct cost_command {
  std::string target, defect;
  std::vector<std::string> latitudes, inputs;  ///< inputs: by name; none: all
  std::size_t takes = 4;
  bool allow_destructive = false;
};

/// What it came to: its rows, for a report, and the exit code. Prints a table and the findings.
struct measured_costs {
  std::string target, version;
  nlohmann::json rows = nlohmann::json::array();
  int code = 0;
};
/// The fault: nothing could be measured; `usage` is set where the command line is why.
base::result<measured_costs> measure_costs(cost_command const& c, bool& usage);

}  // namespace mailrig::app
