// target_choice: the server that a command line names: the embedded one, one that is described, or one that
// runs already, by its target file or URL.
#pragma once

#include <cstdint>
#include <map>

#include "scenario/target.hpp"

namespace mailrig::app {

struct target_choice {
  std::string name, defect;
  std::size_t accounts = 16;
  bool simulated = false;  ///< the embedded server within each player's own loop, without sockets
  std::vector<std::string> latitudes = {};
  /// How often each latitude changed what was said: written when the target's keeper goes; of simulated servers, added
  /// to as each of them goes.
  std::map<std::string, std::uint64_t>* firings = nullptr;
  std::uint64_t quota = 0;  ///< octets of each account of the embedded server; 0: as many as usual
};
/// The options that choose these, and --data, as a shell takes them, each with a space before it.
std::string spelled(std::string const& defect, std::vector<std::string> const& latitudes);
/// The first call sweeps what killed runs of mailrig left on this machine: their servers and folders.
base::result<scenario::target> find_target(target_choice const& o);
/// A server that runs already: a target file or a URL names it.
bool is_running_server(std::string const& name);

}  // namespace mailrig::app
