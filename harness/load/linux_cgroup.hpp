// linux_cgroup: what a control group of Linux spends: memory, CPU and disk of all that runs in it, whatever is forked
// or restarted there. Version 2, and version 1 with a hierarchy for each controller.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "load/server_watch.hpp"

namespace mailrig::load {

/// Where the files of a group lie; empty where there are none.
struct cgroup_files {
  std::filesystem::path memory, cpu, io;
  bool second = false;  ///< version 2: all three are one folder
};

/// `path`: a group's folder, or its name below `root`, as /proc/PID/cgroup has it. The fault says what was looked for.
base::result<cgroup_files> find_cgroup(std::string const& path, std::filesystem::path const& root = "/sys/fs/cgroup");
/// Nothing where the group is not there (any more).
std::optional<server_counters> read_cgroup(cgroup_files const& from);

}  // namespace mailrig::load
