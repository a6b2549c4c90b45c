// linux_processes: finds a server's processes in /proc and reads what they spend, roughly for a load run (linux_server
// adds it up), to the nanosecond where a single question is measured; elsewhere none is found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mailrig::load {

struct found_process {
  int session = 0;  ///< its session id, which its children share
  std::string name;
  int pid = 0;  ///< of several that listen there the one that started the others
};
/// Who listens on that TCP port of this machine; nothing where it is this process, or not to be seen.
std::optional<found_process> listening_process(std::uint16_t port);

/// A process as it was at a look; times in seconds.
struct seen_process {
  int pid = 0, parent = 0, session = 0;
  std::uint64_t started = 0;        ///< in ticks since the machine's start
  double cpu = 0, of_children = 0;  ///< its own; of children that have ended and were waited for
  std::uint64_t resident = 0;       ///< octets
};
/// All that there are.
std::vector<seen_process> seen_processes();

/// What these have in memory together.
struct memory_together {
  std::uint64_t octets = 0;
  bool proportional = false;  ///< what they share counted once
};
memory_together memory_of(std::vector<seen_process> const& all);

/// Octets, with those of children that were waited for.
struct disk_transfers {
  std::uint64_t read = 0, written = 0;
};
disk_transfers disk_of(int pid);

struct process_spending {
  double cpu = 0;            ///< seconds, of threads that run
  std::uint64_t memory = 0;  ///< octets, resident
  std::uint64_t peak = 0;    ///< the most that each had, added up
};
/// Of all processes of a session. `anew`: their peaks begin now, where the system lets us say so. Nothing where there
/// is no such process.
std::optional<process_spending> spent_by_session(int session, bool anew);

}  // namespace mailrig::load
