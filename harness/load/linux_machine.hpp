// linux_machine: what only Linux's /proc tells of the machine and of this process; elsewhere nothing is added.
#pragma once

#include <string>

#include "load/machine.hpp"

namespace mailrig::load {

/// The machine's ticks, and what this process holds in memory now.
void add_what_proc_tells(machine_counters& to);
/// As the processor calls itself; empty where that is not told.
std::string processor_model();

}  // namespace mailrig::load
