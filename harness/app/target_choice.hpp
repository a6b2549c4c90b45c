// target_choice: the server that a command line names: the embedded one, one of fixtures/servers, or a target file.
#pragma once

#include "scenario/target.hpp"

namespace mailrig::app {

struct target_choice {
  std::string name, defect;
  std::size_t accounts = 16;
  bool simulated = false;  ///< the embedded server within each player's own loop, without sockets
};
base::result<scenario::target> find_target(target_choice const& o);

}  // namespace mailrig::app
