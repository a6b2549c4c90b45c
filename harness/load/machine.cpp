// machine: see machine.hpp.
#include "load/machine.hpp"

#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "load/linux_machine.hpp"

namespace mailrig::load {

machine_counters read_machine() {
  machine_counters out;
  rusage self{};
  getrusage(RUSAGE_SELF, &self);
  auto seconds = [](timeval const& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
  out.own_cpu = seconds(self.ru_utime) + seconds(self.ru_stime);
  out.own_memory = std::uint64_t(self.ru_maxrss) * 1024;
  add_what_proc_tells(out);
  return out;
}

double cpu_of_this_thread() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

std::string host_name() {
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

std::size_t descriptor_limit() {
  rlimit r{};
  getrlimit(RLIMIT_NOFILE, &r);
  if (r.rlim_cur < r.rlim_max) {
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
    getrlimit(RLIMIT_NOFILE, &r);
  }
  return std::size_t(r.rlim_cur);
}

}  // namespace mailrig::load
