// outputs: the reports that a command line asks for, FORMAT:FILE each.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "report/format.hpp"

namespace mailrig::app {

struct output {
  report::format const* how;
  std::string file;  ///< "-": standard output
};

base::result<std::vector<output>> read_outputs(std::vector<std::string> const& specs);
/// Complains and answers false when the file cannot be written.
bool write(output const& o, report::report_context const& c);

}  // namespace mailrig::app
