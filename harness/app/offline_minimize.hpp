// offline_minimize: `mailrig minimize --offline`: a trace made small by the checkers alone, as a scenario.
#pragma once

#include <string>

#include "history/requirement.hpp"

namespace mailrig::app {

struct offline_options {
  std::string file, rule, out, limit, timeout;  ///< as minimize has them
};

/// Answers the exit code.
int minimize_offline(offline_options const& o, history::catalogue const& requirements);

}  // namespace mailrig::app
