// machine: what the rig's machine and the server's processes spend, read from /proc, or from the server's node
// exporter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/connection.hpp"

namespace mailrig::load {

/// Counters; a row of a report is the difference of two.
struct machine_counters {
  double own_cpu = 0;                      ///< seconds, of this process
  double busy = 0, steal = 0, all = 0;     ///< jiffies of the whole machine
  std::uint64_t own_memory = 0;            ///< octets, resident
  std::uint64_t sent_again = 0, sent = 0;  ///< TCP segments
};
machine_counters read_machine();

struct server_counters {
  double cpu = 0;                       ///< seconds
  std::uint64_t memory = 0;             ///< octets, resident
  std::uint64_t read = 0, written = 0;  ///< octets, disk
  std::size_t processes = 0;            ///< 0: a whole machine, by its node exporter
};

/// A server's own processes, where it runs on this machine.
class server_watch {
 public:
  /// Of the process that listens there; nothing where it is ours or not to be seen.
  static std::optional<server_watch> of_listener(std::uint16_t port);
  /// Of a machine whose node exporter answers at "host:port".
  static base::result<server_watch> of_node(std::string const& address);

  std::optional<server_counters> read() const;
  std::string const& what() const { return what_; }

 private:
  int session_ = 0;  ///< session id of its processes
  std::optional<net::endpoint> node_;
  std::string what_;
};

/// Descriptors that this process may open.
std::size_t descriptor_limit();

}  // namespace mailrig::load
