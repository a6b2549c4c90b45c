// client_process: one run of a client, in a session of its own, with bounds to its time, its memory and what it writes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/child_process.hpp"
#include "base/clock.hpp"

namespace mailrig::play {

struct client_limits {
  base::duration time = std::chrono::seconds(20);
  std::uint64_t memory = std::uint64_t(256) << 20;  ///< octets that its processes may hold together
  std::uint64_t output = std::uint64_t(64) << 20;   ///< octets that it may print
};

/// How a run ended.
struct client_end {
  int status = 0;                 ///< as a shell tells it
  int signal = 0;                 ///< that it died of, by itself; 0: of none
  bool late = false;              ///< it was still running when its time was over, and was killed
  bool grew = false;              ///< killed, since it held too much memory
  bool flooded = false;           ///< killed, since it printed too much
  bool interrupted = false;       ///< killed, since the whole run ends
  std::uint64_t most_memory = 0;  ///< octets
  base::duration took{};
  std::string said;  ///< the end of what it printed

  bool killed() const { return late || grew || flooded || interrupted; }
};

/// Runs `command` by sh in `dir`, its home, and prints to `log`; `work` is called meanwhile, and waits a little each
/// time. All processes of its session that work below `dir` are gone afterwards. The fault: it could not be started.
base::result<client_end> run_client(std::string const& command, std::filesystem::path const& dir,
                                    std::filesystem::path const& log, client_limits const& limits,
                                    std::function<void()> const& work);

}  // namespace mailrig::play
