// server_process: a real server of fixtures/servers, started privately on loopback from its description and stopped
// after.
#pragma once

#include "scenario/target.hpp"

namespace mailrig::scenario {

struct server_description {
  std::string name, summary;
  std::filesystem::path file;
  std::string needs;    ///< the program that must be installed
  std::string install;  ///< how
  bool installed() const { return std::filesystem::exists(needs); }
};

/// Every *.toml of a folder that describes a server, ordered by name.
std::vector<server_description> server_descriptions(std::filesystem::path const& folder);

/// Starts it in a folder of its own and waits until it greets. The target's keeper stops it.
base::result<target> start_server(server_description const& d, std::size_t accounts);

}  // namespace mailrig::scenario
