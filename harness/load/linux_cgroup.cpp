// linux_cgroup: see linux_cgroup.hpp. Nothing in it needs Linux but that the files are there.
#include "load/linux_cgroup.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "load/linux_proc_file.hpp"

namespace mailrig::load {
namespace {

namespace fs = std::filesystem;

constexpr char const* memory_now_v1 = "memory.usage_in_bytes";
constexpr char const* cpu_spent_v1 = "cpuacct.usage";
constexpr char const* io_done_v1 = "blkio.throttle.io_service_bytes";

bool is_there(fs::path const& file) {
  std::error_code none;
  return fs::exists(file, none);
}

/// The same group in the hierarchy of another controller: /sys/fs/cgroup/memory/a/b -> /sys/fs/cgroup/cpuacct/a/b.
fs::path in_hierarchy(fs::path const& root, std::string const& name, std::string const& controllers, char const* file) {
  for (auto const controller : base::split(controllers, ' ')) {
    auto const folder = root / controller / name;
    if (is_there(folder / file)) return folder;
  }
  return {};
}

/// Its name below the root, without a hierarchy's.
std::string name_below(fs::path const& root, std::string const& path) {
  auto name = path;
  auto const under = root.string() + "/";
  if (name.starts_with(under)) name.erase(0, under.size());
  while (name.starts_with('/')) name.erase(0, 1);
  return name;
}

std::string without_controller(std::string name) {
  auto const slash = name.find('/');
  for (auto const* controller : {"memory", "cpu,cpuacct", "cpuacct", "cpuacct,cpu", "blkio"})
    if (name.substr(0, slash) == controller) return slash == name.npos ? "" : name.substr(slash + 1);
  return name;
}

/// "NAME value" of a file with a line for each.
double number_after(std::string_view text, std::string_view name) {
  for (auto const line : base::split(text, '\n')) {
    auto const w = base::words(line);
    if (w.size() == 2 && w[0] == name) return proc_number(w[1]);
  }
  return 0;
}

/// Over all devices: "8:0 rbytes=1 wbytes=2 ..." of version 2, "8:0 Read 1" of version 1.
void add_io(std::string_view text, server_counters& to) {
  for (auto const line : base::split(text, '\n')) {
    auto const w = base::words(line);
    for (auto const word : w) {
      if (word.starts_with("rbytes=")) to.read += std::uint64_t(proc_number(word.substr(7)));
      if (word.starts_with("wbytes=")) to.written += std::uint64_t(proc_number(word.substr(7)));
    }
    if (w.size() == 3 && w[1] == "Read") to.read += std::uint64_t(proc_number(w[2]));
    if (w.size() == 3 && w[1] == "Write") to.written += std::uint64_t(proc_number(w[2]));
  }
}

}  // namespace

base::result<cgroup_files> find_cgroup(std::string const& path, fs::path const& root) {
  auto const name = name_below(root, path);
  for (auto const& folder : {fs::path(path), root / name})
    if (is_there(folder / "cpu.stat") && is_there(folder / "memory.current"))
      return cgroup_files{folder, folder, folder, true};
  auto const group = without_controller(name);
  cgroup_files const out{in_hierarchy(root, group, "memory", memory_now_v1),
                         in_hierarchy(root, group, "cpuacct cpu,cpuacct cpuacct,cpu", cpu_spent_v1),
                         in_hierarchy(root, group, "blkio", io_done_v1), false};
  if (!out.memory.empty() && !out.cpu.empty()) return out;
  return base::fault{0, "--cgroup",
                     fmt::format("'{}' is no control group with memory and CPU: there is neither memory.current and "
                                 "cpu.stat in it, nor {}/memory/{}/{}; /proc/PID/cgroup of the server names its group",
                                 path, root.string(), group, memory_now_v1)};
}

std::optional<server_counters> read_cgroup(cgroup_files const& from) {
  server_counters out;
  auto const memory = proc_file(from.memory / (from.second ? "memory.current" : memory_now_v1));
  auto const cpu = proc_file(from.cpu / (from.second ? "cpu.stat" : cpu_spent_v1));
  if (memory.empty() || cpu.empty()) return std::nullopt;
  out.memory = std::uint64_t(proc_number(memory));
  out.cpu = from.second ? number_after(cpu, "usage_usec") / 1e6 : proc_number(cpu) / 1e9;
  if (!from.io.empty()) add_io(proc_file(from.io / (from.second ? "io.stat" : io_done_v1)), out);
  return out;
}

}  // namespace mailrig::load
