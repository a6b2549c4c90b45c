// password: of an account that a command line names, which must not stand on the command line itself.
#pragma once

#include <string>

#include "base/result.hpp"

namespace mailrig::app {

/// From the environment's MAILRIG_PASSWORD; else asked for on the terminal, unseen, once a run.
base::result<std::string> find_password(std::string const& question);

}  // namespace mailrig::app
