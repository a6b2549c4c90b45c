// linux_processes: finds a server's processes in /proc and adds up what they spend; elsewhere none is found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "load/server_watch.hpp"

namespace mailrig::load {

struct found_process {
  int session = 0;  ///< its session id, which its children share
  std::string name;
};
/// Who listens on that TCP port of this machine; nothing where it is this process, or not to be seen.
std::optional<found_process> listening_process(std::uint16_t port);

/// What all processes of a session spend together.
std::optional<server_counters> read_session_processes(int session);

}  // namespace mailrig::load
