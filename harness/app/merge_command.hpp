// merge_command: `mailrig report merge`, a subcommand of `mailrig report`.
#pragma once

#include "app/command.hpp"

namespace mailrig::app {

void declare_report_merge(options& report, invocation& to);

}  // namespace mailrig::app
