// command_line: the subcommands that there are, the options that all of them have, and what a line of them does.
#pragma once

#include <memory>

#include "app/command.hpp"

namespace mailrig::app {

/// Every subcommand with its options. `to` and `data` (--data) must outlive it.
std::shared_ptr<CLI::App> make_command_line(invocation& to, std::vector<std::string>& data);

/// The subcommand of that name below `c`; null where there is none.
CLI::App const* subcommand_of(CLI::App const& c, std::string const& name);

/// Reads the line and does what it says; answers with the exit code. Once a process: it sets what `data()` answers.
int run_command_line(int argc, char const* const* argv);

}  // namespace mailrig::app
