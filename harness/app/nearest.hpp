// nearest: what somebody meant who mistyped a subcommand or an option.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mailrig::app {

/// A sentence on the first word of a command line (without the program's name) that is no subcommand where one must
/// stand, or no option of the subcommand: "'chekc' is no subcommand; did you mean 'check'?". Empty: there is none.
std::string mistyped(CLI::App const& app, std::vector<std::string> const& words);

}  // namespace mailrig::app
