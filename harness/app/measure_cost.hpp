// measure_cost: `mailrig measure cost`: what ever larger questions cost a server, and whether that grows faster than
// they do.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "stress/cost/cost.hpp"

namespace mailrig::app {

/// What a measurement comes to: its rows, for a report, and the exit code.
struct measured {
  nlohmann::json rows = nlohmann::json::array();
  int code = 0;
};

/// Those of these names; none named: all that there are. The fault tells which there are.
base::result<std::vector<stress::growing_input>> chosen_inputs(std::vector<std::string> const& names);

/// Prints a table and the findings. `tell`: what is asked now. The fault: nothing could be measured.
base::result<measured> measure_costs(stress::arena const& a, std::vector<stress::growing_input> const& inputs,
                                     std::size_t takes, bool may_empty,
                                     std::function<void(std::string const&, std::size_t)> const& tell);

}  // namespace mailrig::app
