// server_watch: what a server spends: its own processes where it runs on this machine, or its whole machine as a node
// exporter tells.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/endpoint.hpp"

namespace mailrig::load {

/// Counters; a row of a report is the difference of two.
struct server_counters {
  double cpu = 0;                       ///< seconds
  std::uint64_t memory = 0;             ///< octets; of processes see `proportional`
  std::uint64_t read = 0, written = 0;  ///< octets, disk
  std::size_t processes = 0;            ///< 0: a whole machine, by its node exporter
  /// What processes share is counted once (PSS); otherwise the system did not tell, and each counts all that it has
  /// resident.
  bool proportional = false;
};

/// Any thread, one at a time.
class server_watch {
 public:
  /// Of the process that listens there; nothing where it is ours or not to be seen.
  static std::optional<server_watch> of_listener(std::uint16_t port);
  /// Of a machine whose node exporter answers at "host:port".
  static base::result<server_watch> of_node(std::string const& address);

  /// Blocks: thousands of files are read, or an exporter has two seconds to answer. Sooner when `stop`.
  std::optional<server_counters> read(std::function<bool()> const& stop = {}) const;
  std::string const& what() const { return what_; }

 private:
  int session_ = 0;  ///< session id of its processes
  std::optional<net::endpoint> node_;
  std::string what_;
};

}  // namespace mailrig::load
