// server_watch: what a server spends: its own processes where it runs on this machine, its control group, or its whole
// machine as a node exporter tells.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace mailrig::load {

/// Counters; a row of a report is the difference of two.
struct server_counters {
  double cpu = 0;                       ///< seconds
  std::uint64_t memory = 0;             ///< octets; of processes see `proportional`
  std::uint64_t read = 0, written = 0;  ///< octets, disk
  std::size_t processes = 0;            ///< 0: of a machine or a control group
  /// What processes share is counted once (PSS); otherwise the system did not tell, and each counts all that it has
  /// resident.
  bool proportional = false;
};

/// Where the counters come from.
class counter_source {
 public:
  virtual ~counter_source() = default;
  /// Blocks; sooner back when `stop`, which may be empty.
  virtual std::optional<server_counters> read(std::function<bool()> const& stop) = 0;
  /// How `memory` of them was added up, for people; empty: a whole machine's.
  virtual std::string memory_is(server_counters const& c) const = 0;
};

/// Any thread, one at a time; copies share what they have seen.
class server_watch {
 public:
  /// Of the process that listens there; nothing where it is ours or not to be seen.
  static std::optional<server_watch> of_listener(std::uint16_t port);
  /// Of a process here, by its pid or a file that holds it.
  static base::result<server_watch> of_pid(std::string const& pid_or_file);
  /// Of a control group of this machine, by its folder or its name.
  static base::result<server_watch> of_cgroup(std::string const& path);
  /// Of a machine whose node exporter answers at "host:port".
  static base::result<server_watch> of_node(std::string const& address);

  /// Counters never go back, whatever ends or is restarted. Blocks: thousands of files are read, or an exporter has two
  /// seconds to answer. Sooner when `stop`.
  std::optional<server_counters> read(std::function<bool()> const& stop = {}) const { return source_->read(stop); }
  std::string memory_is(server_counters const& c) const { return source_->memory_is(c); }
  std::string const& what() const { return what_; }

 private:
  server_watch(std::shared_ptr<counter_source> source, std::string what)
      : source_(std::move(source)), what_(std::move(what)) {}
  std::shared_ptr<counter_source> source_;
  std::string what_;
};

}  // namespace mailrig::load
