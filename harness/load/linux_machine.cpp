// linux_machine: see linux_machine.hpp.
#include "load/linux_machine.hpp"

#ifdef __linux__
#include <unistd.h>

#include "load/linux_proc_file.hpp"
#endif

namespace mailrig::load {

#ifdef __linux__

void add_what_proc_tells(machine_counters& to) {
  auto const stat = proc_file("/proc/stat");
  auto const cpu = base::words(std::string_view(stat).substr(0, stat.find('\n')));
  for (std::size_t i = 1; i < cpu.size() && i < 9; ++i) {
    auto const ticks = proc_number(cpu[i]);
    to.all += ticks;
    if (i != 4 && i != 5) to.busy += ticks;  // idle, iowait
    if (i == 8) to.steal = ticks;
  }
  auto const statm = proc_file("/proc/self/statm");
  if (auto const w = base::words(statm); w.size() > 1)
    to.own_memory = std::uint64_t(proc_number(w[1])) * std::uint64_t(sysconf(_SC_PAGESIZE));
}

std::string processor_model() {
  auto const text = proc_file("/proc/cpuinfo");
  for (auto const line : base::split(text, '\n'))
    if (auto const colon = line.find(':'); colon != line.npos && base::trim(line.substr(0, colon)) == "model name")
      return std::string(base::trim(line.substr(colon + 1)));
  return {};
}

#else

void add_what_proc_tells(machine_counters&) {}
std::string processor_model() { return {}; }

#endif

}  // namespace mailrig::load
