// machine: what this process spends, and the machine that it runs on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mailrig::load {

/// Counters; a row of a report is the difference of two.
struct machine_counters {
  double own_cpu = 0;                   ///< seconds, of this process
  double busy = 0, steal = 0, all = 0;  ///< ticks of the whole machine; all 0 where the system does not tell
  std::uint64_t own_memory = 0;         ///< octets, resident; at its peak where the system tells no more
};
machine_counters read_machine();

/// Seconds that the calling thread has computed.
double cpu_of_this_thread();

/// As the network knows this machine; empty where it does not tell.
std::string host_name();

/// Descriptors that this process may open.
std::size_t descriptor_limit();

}  // namespace mailrig::load
