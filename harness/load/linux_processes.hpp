// linux_processes: finds a server's processes in /proc and adds up what they spend, roughly for a load run, to the
// nanosecond where a single question is measured; elsewhere none is found.
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

struct process_spending {
  double cpu = 0;            ///< seconds, of threads that run
  std::uint64_t memory = 0;  ///< octets, resident
  std::uint64_t peak = 0;    ///< the most that each had, added up
};
/// Of all processes of a session. `anew`: their peaks begin now, where the system lets us say so. Nothing where there
/// is no such process.
std::optional<process_spending> spent_by_session(int session, bool anew);

}  // namespace mailrig::load
