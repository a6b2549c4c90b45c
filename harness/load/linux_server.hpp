// linux_server: a server that runs on this machine, by its processes: those of its session, and those that its first
// one started. It is found by the port that it listens on, or by its pid, and found again after a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/carried_sum.hpp"
#include "load/linux_processes.hpp"
#include "load/server_watch.hpp"

namespace mailrig::load {

/// Those of `all` that are the server's: of its session, or descended from `root`. Our own are not: not `self`, and no
/// session that `self` is of.
std::vector<seen_process> processes_of_server(std::vector<seen_process> const& all, int root, int session, int self);

class linux_server {
 public:
  /// Nothing where nobody else listens there, or he is not to be seen.
  static std::optional<linux_server> of_listener(std::uint16_t port);
  /// A pid, or a file that holds it. The fault says what is wrong with it.
  static base::result<linux_server> of_pid(std::string const& pid_or_file);

  /// What its processes have spent since the first look, and what those before that were still there had; never less
  /// than before. Nothing while there is none.
  std::optional<server_counters> read();
  std::string const& name() const { return name_; }

 private:
  bool find();

  std::uint16_t port_ = 0;
  std::string pid_or_file_, name_;
  int root_ = 0, session_ = 0;
  carried_sum cpu_, read_, written_;
};

}  // namespace mailrig::load
