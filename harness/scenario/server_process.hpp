// server_process: a real server of fixtures/servers, started privately on loopback from its description and stopped
// after.
#pragma once

#include "scenario/program_file.hpp"
#include "scenario/server_file.hpp"
#include "scenario/target.hpp"

namespace mailrig::scenario {

struct server_description : program_file {
  std::filesystem::path file;
};

/// Every *.toml of a folder that describes a server, ordered by name.
std::vector<server_description> server_descriptions(std::filesystem::path const& folder);

/// Starts it in a folder of its own and waits until it greets. The target's keeper stops it.
base::result<target> start_server(server_file const& f, std::size_t accounts);
base::result<target> start_server(server_description const& d, std::size_t accounts);

}  // namespace mailrig::scenario
